using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Writes pixels as the floats that a network takes: (value / 255 - mean) / deviation, each step rounded to float32 as torchvision rounds it.</summary>
internal sealed class Normalizer
{
    public Normalizer(ChannelStatistics statistics) => throw new NotImplementedException();

    /// <summary>Writes Height x Width x 3 floats, interleaved as the pixels are.</summary>
    public void Write(PixelBuffer image, Span<float> destination) => throw new NotImplementedException();
}
