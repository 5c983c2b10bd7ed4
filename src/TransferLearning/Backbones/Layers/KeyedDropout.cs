using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Backbones.Layers;

/// <summary>
/// Dropout whose draws come from a named sequence, not from torch's one generator for the whole process: two fits side
/// by side, or a fit beside other torch code, stay repeatable.
/// </summary>
/// <remarks>N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.</remarks>
internal sealed class KeyedDropout : nn.Module<Tensor, Tensor>, IKeyedRandom
{
    private readonly double _probability;
    private RandomStream _random = new(0, RandomPurpose.Dropout);

    /// <param name="probability">How often a value is dropped, 0 to below 1.</param>
    public KeyedDropout(double probability) : base(nameof(KeyedDropout)) => _probability = probability;

    /// <inheritdoc/>
    public void Restart(RandomStream random) => _random = random;

    public override Tensor forward(Tensor input)
    {
        if (!training)
            return input.alias();

        // Kept values grow, so that their expectation stays.
        float scale = (float)(1 / (1 - _probability));
        var factors = new float[input.numel()];
        for (int i = 0; i < factors.Length; i++)
            factors[i] = _random.NextDouble() < _probability ? 0 : scale;

        using Tensor mask = tensor(factors, input.shape, dtype: input.dtype, device: input.device);
        return input.mul(mask);
    }
}
