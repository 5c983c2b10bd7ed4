using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Restores, when it is disposed, the training or evaluation mode that every module of a network had when it was made.</summary>
internal sealed class KeptModes(nn.Module network) : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes = [.. network.modules().Prepend(network).Select(module => (module, module.training))];

    public void Dispose()
    {
        // Parents come before their children, whose modes they set too.
        foreach ((nn.Module module, bool training) in _modes)
        {
            if (module.training != training)
                module.train(training);
        }
    }
}
