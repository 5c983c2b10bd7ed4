using TransferLearning.Imaging;

namespace TransferLearning.Tests.Support;

internal static class DecodingExtensions
{
    /// <summary>Decodes into an image of the size that the header tells; null unless it succeeds.</summary>
    public static DecodeStatus Decode(this IImageDecoder decoder, ReadOnlySpan<byte> encoded, out PixelBuffer? image)
    {
        PixelBuffer destination = decoder.TryReadHeader(encoded, out ImageHeader header) ? new(header.Width, header.Height) : new(1, 1);
        DecodeStatus status = decoder.Decode(encoded, destination);
        image = status == DecodeStatus.Success ? destination : null;
        return status;
    }
}
