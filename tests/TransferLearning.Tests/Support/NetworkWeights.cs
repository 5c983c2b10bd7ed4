using TransferLearning.Formats;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Support;

/// <summary>The weights of a network, by name.</summary>
internal static class NetworkWeights
{
    /// <summary>They share the network's memory, and outlive it; the caller disposes them.</summary>
    public static StateDict Of(nn.Module network)
    {
        var weights = new StateDict();
        foreach ((string name, Tensor tensor) in network.state_dict())
            weights.Add(name, tensor.alias());
        return weights;
    }
}
