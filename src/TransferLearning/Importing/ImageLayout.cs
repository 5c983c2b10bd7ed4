using TransferLearning.Formats.Onnx;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>How a graph takes its images: their size where it is fixed, the order of axes and that of colors.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Side">The side that the file fixes; null where it leaves it open.</param>
/// <param name="ChannelsLast">Whether the channels are the last axis, as in TensorFlow.</param>
/// <param name="IsBgr">Whether the channels are blue, green, red.</param>
internal sealed record ImageLayout(int Channels, int? Side, bool ChannelsLast, bool IsBgr)
{
    private const int MostChannels = 1024;
    private const int LargestSide = Transforms.Preprocessing.LargestSide;

    /// <exception cref="InvalidDataException">The input is no batch of square images in floating point.</exception>
    public static ImageLayout Of(ValueInfoProto input, bool isBgr)
    {
        TypeProto.Types.Tensor? type = input.Type?.TensorType;
        if (type?.Shape is not { Dim: [_, var second, var third, var fourth] })
            throw new InvalidDataException($"its input '{input.Name}' must have four axes, [N, channels, H, W]");
        if (!OnnxTensors.IsFloat(type.ElemType))
            throw new InvalidDataException(
                $"its input '{input.Name}' must be floating-point, as it is when preprocessing is outside the graph; its type has the number {type.ElemType}");

        bool last = second.DimValue is not (1 or 3) && fourth.DimValue is 1 or 3;
        (long channels, long height, long width) = last
            ? (fourth.DimValue, second.DimValue, third.DimValue)
            : (second.DimValue, third.DimValue, fourth.DimValue);
        if (channels is < 0 or > MostChannels)
            throw new InvalidDataException($"its input '{input.Name}' has {channels} channels; 1 to {MostChannels} are supported");
        if (height != width || height is < 0 or > LargestSide)
            throw new InvalidDataException($"its input '{input.Name}' is {height} x {width}; square images of at most {LargestSide} pixels are supported");
        return new ImageLayout(channels == 0 ? 3 : (int)channels, height == 0 ? null : (int)height, last, isBgr);
    }

    public long[] Shape(int side) => ChannelsLast ? [OnnxNode.ImageCount, side, side, Channels] : [OnnxNode.ImageCount, Channels, side, side];

    /// <summary>What images, red, green and blue [N, 3, H, W], go through before the graph's first layer.</summary>
    public IEnumerable<(string Name, nn.Module Layer)> Layers()
    {
        if (IsBgr)
            yield return ("bgr", new Layers.ChannelReversal());
        if (ChannelsLast)
            yield return ("channels_last", new Permutation(0, 2, 3, 1));
    }
}
