using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>The network of the bare side: its own where it has one, with the same weights, else the library's.</summary>
internal static class BareNetwork
{
    private const int Classes = 2;

    /// <summary>Opens it in evaluation mode, every layer to be trained or, where said, the head alone; the caller disposes it.</summary>
    public static nn.Module<Tensor, Tensor> Open(PretrainedBackbone pretrained, bool headOnly)
    {
        Backbone backbone = BackboneLoader.Open(pretrained, Classes, seed: 0);
        nn.Module<Tensor, Tensor> network = backbone.Network;
        if (backbone.Info.Name == "resnet18")
        {
            using (backbone)
            {
                network = new BareResNet18(Classes);
                network.load_state_dict(backbone.Network.state_dict());
                network.eval();
            }
        }
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
            parameter.requires_grad = !headOnly || backbone.Info.IsHead(name);
        return network;
    }
}
