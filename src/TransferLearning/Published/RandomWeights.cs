using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Published;

/// <summary>
/// Starting weights that depend on the seed and on each parameter's name only: not on torch's generator, the order of building, or the machine.
/// </summary>
/// <remarks>
/// Convolutions: normal, standard deviation sqrt(2 / fan out) (He et al., "Delving Deep into Rectifiers", 2015), bias zero.
/// Linear layers: uniform within 1 / sqrt(fan in). Normalization: weight one, bias zero.
/// Other parameters, such as position embeddings: normal, standard deviation 0.02; a constant one, such as a layer scale, stays.
/// Running statistics of batch norms: mean zero, variance one.
/// </remarks>
internal static class RandomWeights
{
    private const double EmbeddingDeviation = 0.02;

    private static readonly Scalar _one = 1;

    /// <summary>Fills every parameter, and starts running statistics anew; other buffers stay as they were built.</summary>
    public static void Fill(nn.Module network, long seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Dictionary<string, long[]> shapes = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.shape);
        foreach ((string name, Tensor parameter) in network.named_parameters())
        {
            var random = new RandomStream(seed, RandomPurpose.NetworkWeights, StableHash(name));
            if (Drawing(name, shapes, random, parameter) is { } draw)
                Fill(parameter, draw);
        }
        foreach ((string name, Tensor buffer) in network.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
                buffer.zero_();
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
                buffer.fill_(_one);
        }
    }

    private static Func<double>? Drawing(string name, Dictionary<string, long[]> shapes, RandomStream random, Tensor parameter)
    {
        string layer = name[..(name.LastIndexOf('.') + 1)];
        long[] weight = shapes.GetValueOrDefault(layer + "weight", []);
        bool isWeight = name == layer + "weight";
        bool isBias = name == layer + "bias";
        return weight.Length switch
        {
            >= 3 when isWeight => () => Math.Sqrt(2.0 / (weight[0] * Product(weight[2..]))) * Normal(random),
            2 when isWeight || isBias => () => random.Uniform(-1, 1) / Math.Sqrt(weight[1]),
            1 when isWeight => () => 1,
            _ when isBias => () => 0,
            _ => IsConstant(parameter) ? null : () => EmbeddingDeviation * Normal(random),
        };
    }

    private static void Fill(Tensor parameter, Func<double> draw)
    {
        // Torch's memory goes at once; as an array, a large layer would stay until the garbage collector comes by.
        using Tensor drawn = empty(parameter.shape, dtype: ScalarType.Float32, device: CPU);
        Span<float> values = drawn.numel() == 0 ? [] : MemoryMarshal.Cast<byte, float>(drawn.bytes);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)draw();
        parameter.copy_(drawn);
    }

    // Box and Muller (1958); the second of its two values is not worth keeping.
    private static double Normal(RandomStream random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static bool IsConstant(Tensor parameter) => parameter.numel() == 0 || parameter.eq(parameter.min()).all().item<bool>();

    private static long Product(long[] sides) => sides.Aggregate(1L, (product, side) => product * side);

    // FNV-1a: string.GetHashCode differs from run to run.
    private static long StableHash(string name)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ letter) * 0x100000001b3;
        return (long)hash;
    }
}
