using TorchSharp.Modules;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>The random draws of a network's training steps, each named by seed, epoch, step and layer: what ran before has no influence.</summary>
internal sealed class NetworkRandomness(nn.Module network)
{
    private readonly IKeyedRandomness[] _keyed = [.. network.modules().OfType<IKeyedRandomness>()];
    private readonly bool _drawsFromTorch = network.modules().Any(DrawsFromTorch);

    /// <summary>Names where the draws of the next training step come from.</summary>
    /// <remarks>Torch's generator is one for the process: two fits at once of networks that draw from it are not repeatable.</remarks>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="step">The step within the epoch, from 0.</param>
    public void Restart(long seed, int epoch, int step)
    {
        foreach ((int index, IKeyedRandomness layer) in _keyed.Index())
            layer.Restart(new RandomStream(seed, RandomPurpose.Dropout, epoch, step, index));

        if (_drawsFromTorch)
        {
            using Generator generator = manual_seed((long)(new RandomStream(seed, RandomPurpose.Dropout, epoch, step).NextUInt64() >> 1));
        }
    }

    private static bool DrawsFromTorch(nn.Module module) => module is
        Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout or RReLU
        or MultiheadAttention or TransformerEncoderLayer or TransformerDecoderLayer or RNN or GRU or LSTM;
}
