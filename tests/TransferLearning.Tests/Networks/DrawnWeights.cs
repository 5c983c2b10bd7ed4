using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>Weights that are drawn from a seed: for tests that compare a network with itself. Those of <see cref="Support.FilledWeights"/> take many times as long, and grow so large in deep networks that rounding does too.</summary>
internal static class DrawnWeights
{
    /// <summary>A network as <see cref="BuiltForSide.Find"/> gives it, each time with the same weights.</summary>
    public static PretrainedBackbone Find(string name, int side)
    {
        PretrainedBackbone pretrained = BuiltForSide.Find(name, side);
        return pretrained with { Build = () => Filled(pretrained.Build()) };
    }

    public static Backbone Open(string name, int side)
    {
        PretrainedBackbone pretrained = Find(name, side);
        return new Backbone(pretrained.Build(), pretrained.Info);
    }

    private static nn.Module<Tensor, Tensor> Filled(nn.Module<Tensor, Tensor> network)
    {
        using var noGrad = no_grad();
        using var generator = new Generator(1);      // torch's own is one for the whole process
        foreach ((string name, Tensor target) in network.state_dict().Where(entry => entry.Value.is_floating_point()))
        {
            (double middle, double reach) = Range(name, target.shape);
            target.uniform_(middle - reach, middle + reach, generator);
        }
        return network;
    }

    private static (double Middle, double Reach) Range(string name, long[] shape) => name switch
    {
        _ when name.EndsWith("running_var") => (1, 0.5),
        _ when shape.Length >= 2 => (0, Math.Sqrt(3.0 / shape[1..].Aggregate(1L, (product, side) => product * side))),
        _ when name.EndsWith("weight") => (1, 0.2),
        _ => (0, 0.05),
    };
}
