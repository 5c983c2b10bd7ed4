using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

internal static class Numbers
{
    /// <summary>The elements of a network's parameter or buffer.</summary>
    public static double[] Of(nn.Module network, string name) => Of(network.state_dict()[name]);

    /// <summary>A tensor's elements in C order.</summary>
    public static double[] Of(Tensor tensor)
    {
        using Tensor real = tensor.detach().to_type(ScalarType.Float64).contiguous();
        return [.. real.data<double>()];
    }
}
