using TransferLearning.Networks.Graph;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Dropout whose draws come from a named sequence, not from torch's one generator for the whole process: two fits side
/// by side, or a fit beside other torch code, stay repeatable.
/// </summary>
/// <remarks>N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.</remarks>
public class KeyedDropout : nn.Module<Tensor, Tensor>, IKeyedRandomness, IGraphLayer
{
    private readonly double _probability;
    private RandomStream _random = new(0, RandomPurpose.Dropout);

    /// <summary>Makes a dropout that begins with a sequence that is always the same.</summary>
    /// <param name="probability">How often a value is dropped, 0 to below 1.</param>
    public KeyedDropout(double probability) : this(nameof(KeyedDropout), probability)
    {
    }

    private protected KeyedDropout(string name, double probability) : base(name) => _probability = probability;

    /// <inheritdoc/>
    public void Restart(RandomStream random) => _random = random;

    /// <summary>Drops values while the module trains; else its input is its output.</summary>
    /// <param name="input">float of any shape; borrowed.</param>
    /// <returns>The same shape and number format; the caller disposes it.</returns>
    public sealed override Tensor forward(Tensor input)
    {
        if (!training || _probability == 0)
            return input.alias();

        long[] shape = MaskShape(input.shape);
        float scale = (float)(1 / (1 - _probability));      // kept values grow, so that their expectation stays
        var factors = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (int i = 0; i < factors.Length; i++)
            factors[i] = _random.NextDouble() < _probability ? 0 : scale;

        using Tensor mask = tensor(factors, shape, dtype: input.dtype, device: input.device);
        return input.mul(mask);
    }

    /// <inheritdoc/>
    public virtual GraphOperation Describe() => DescribeAs("Dropout");

    private protected GraphOperation DescribeAs(string operation) => new(operation, ("probability", _probability));

    /// <summary>The shape of the draws, which is stretched over that of the input: a draw for each value.</summary>
    private protected virtual long[] MaskShape(long[] input) => input;
}

/// <summary>Drops a residual branch for some images of a training batch, and leaves the shortcut alone with them.</summary>
/// <param name="probability">How often the branch is dropped, 0 to below 1.</param>
/// <remarks>G. Huang et al., "Deep Networks with Stochastic Depth", ECCV 2016; "row" mode: each image has a draw of its own.</remarks>
internal sealed class StochasticDepth(double probability) : KeyedDropout(nameof(StochasticDepth), probability)
{
    public override GraphOperation Describe() => DescribeAs(nameof(StochasticDepth));

    private protected override long[] MaskShape(long[] input) => [input[0], .. Enumerable.Repeat(1L, input.Length - 1)];
}
