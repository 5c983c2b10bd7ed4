using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace Extending;

/// <summary>A hidden layer and a dropout in place of the one linear layer: network.WithHead(TwoLayerHead.Build).</summary>
public static class TwoLayerHead
{
    public static nn.Module<Tensor, Tensor> Build(int features, int outputs) => nn.Sequential(
        nn.Linear(features, 8),
        nn.ReLU(),
        new KeyedDropout(0.2),
        nn.Linear(8, outputs));
}
