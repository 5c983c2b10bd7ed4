using TorchSharp.Modules;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>The random numbers of a network's training steps, which depend only on seed, epoch, step and layer.</summary>
internal sealed class NetworkRandomness(nn.Module network)
{
    private readonly IKeyedRandomness[] _keyed = [.. network.modules().OfType<IKeyedRandomness>()];
    private readonly bool _drawsFromTorch = network.modules().Any(DrawsFromTorch);

    /// <summary>Seeds the random numbers of the next training step.</summary>
    /// <remarks>Torch has one generator per process and device: two concurrent fits of networks that use it are not reproducible.</remarks>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="step">The step within the epoch, from 0.</param>
    public void Restart(long seed, int epoch, int step)
    {
        foreach ((int index, IKeyedRandomness layer) in _keyed.Index())
            layer.Restart(new RandomStream(seed, RandomPurpose.Dropout, epoch, step, index));

        if (_drawsFromTorch)
            SeedTorch((long)(new RandomStream(seed, RandomPurpose.Dropout, epoch, step).NextUInt64() >> 1));
    }

    // TorchSharp seeds the CPU's generator alone, where PyTorch seeds those of all devices.
    private void SeedTorch(long seed)
    {
        using Generator generator = manual_seed(seed);
        if (network.parameters().FirstOrDefault()?.device_type == TorchSharp.DeviceType.CUDA)
            cuda.manual_seed_all(seed);
    }

    private static bool DrawsFromTorch(nn.Module module) => module is
        Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout or RReLU
        or MultiheadAttention or TransformerEncoderLayer or TransformerDecoderLayer or RNN or GRU or LSTM;
}
