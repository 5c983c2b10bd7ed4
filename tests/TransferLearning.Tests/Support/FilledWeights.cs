using System.Text;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Support;

/// <summary>The rule by which the reference values fill a network's weights and input: no weights file is needed (see the reference folder's README).</summary>
internal static class FilledWeights
{
    /// <summary>Fills every parameter and buffer of a network, but integer ones and those named.</summary>
    public static void Fill(nn.Module network, params IReadOnlyCollection<string> notFilled)
    {
        using var noGrad = no_grad();
        foreach ((string name, Tensor target) in network.state_dict())
        {
            if (!target.is_floating_point() || notFilled.Contains(name))
                continue;
            using Tensor values = For(name, target.shape);
            target.copy_(values);
        }
    }

    /// <summary>The values of one named tensor.</summary>
    public static Tensor For(string name, params long[] shape)
    {
        float[] u = Uniform(name, shape.Aggregate(1L, (product, side) => product * side));
        Func<float, float> map = name switch
        {
            _ when name.EndsWith("running_var") => value => 0.5f + value,
            _ when name.EndsWith("running_mean") => value => 0.1f * (value - 0.5f),
            _ when shape.Length >= 2 => FanIn(u.Length / shape[0]),
            _ when name.EndsWith("weight") || name.EndsWith("layer_scale") => value => 0.8f + 0.4f * value,
            _ => value => 0.1f * (value - 0.5f),
        };
        return tensor(Array.ConvertAll(u, value => map(value)), shape);
    }

    /// <summary>The reference input, float32 [1, 3, size, size].</summary>
    public static Tensor Input(int size) =>
        tensor(Array.ConvertAll(Uniform("input", 3L * size * size), value => (value - 0.5f) * 4), [1, 3, size, size]);

    private static Func<float, float> FanIn(long fanIn)
    {
        double bound = Math.Sqrt(6.0 / fanIn);
        return value => (float)((value - 0.5) * 2 * bound);
    }

    private static float[] Uniform(string name, long count)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ letter) * 0x100000001b3;

        var values = new float[count];
        for (long i = 0; i < count; i++)
        {
            ulong z = hash + (ulong)(i + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = (float)((z >> 40) / 16777216.0);
        }
        return values;
    }
}
