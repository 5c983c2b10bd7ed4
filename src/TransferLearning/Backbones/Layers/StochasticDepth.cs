using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Backbones.Layers;

/// <summary>
/// Drops a residual branch for some pictures of a training batch, and leaves the shortcut alone with them. The draws come from a
/// named sequence, see <see cref="KeyedDropout"/>.
/// </summary>
/// <remarks>G. Huang et al., "Deep Networks with Stochastic Depth", ECCV 2016; "row" mode: each picture has a draw of its own.</remarks>
internal sealed class StochasticDepth : nn.Module<Tensor, Tensor>, IKeyedRandom
{
    private readonly double _probability;
    private RandomStream _random = new(0, RandomPurpose.Dropout);

    /// <param name="probability">How often the branch is dropped, 0 to below 1.</param>
    public StochasticDepth(double probability) : base(nameof(StochasticDepth)) => _probability = probability;

    /// <inheritdoc/>
    public void Restart(RandomStream random) => _random = random;

    /// <param name="input">What the branch gave, [N, ...]; borrowed.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        if (!training || _probability == 0)
            return input.alias();

        // Kept branches grow, so that their expectation stays.
        float scale = (float)(1 / (1 - _probability));
        var factors = new float[input.shape[0]];
        for (int i = 0; i < factors.Length; i++)
            factors[i] = _random.NextDouble() < _probability ? 0 : scale;

        long[] shape = [factors.Length, .. Enumerable.Repeat(1L, (int)input.dim() - 1)];
        using Tensor mask = tensor(factors, shape, dtype: input.dtype, device: input.device);
        return input.mul(mask);
    }
}
