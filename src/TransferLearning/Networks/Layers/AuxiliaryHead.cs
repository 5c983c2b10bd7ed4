using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// A second classifier half way up a network, whose loss once helped the publisher to train the layers below. It takes no part in the
/// forward pass, so nothing trains it here: its weights are there because the published files hold them, and are loaded, kept and saved.
/// </summary>
/// <param name="name">The name of the module's type.</param>
internal abstract class AuxiliaryHead(string name) : nn.Module(name);
