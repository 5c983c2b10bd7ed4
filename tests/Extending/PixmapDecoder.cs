using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TransferLearning.Imaging;

namespace Extending;

/// <summary>Reads portable pixmaps: "P6", width, height and 255 as text, then red, green and blue of each pixel (Netpbm's PPM format).</summary>
public sealed partial class PixmapDecoder : IImageDecoder
{
    private const int LongestHeader = 64;

    public string Identifier => "pixmap";

    public string? Fingerprint => "pixmap 1";

    public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
    {
        Match found = Find(encoded);
        header = found.Success ? new ImageHeader(Number("width"), Number("height"), ExifOrientation: 1, "pixmap") : default;
        return found.Success;

        int Number(string group) => int.Parse(found.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination)
    {
        Match header = Find(encoded);
        if (!header.Success)
            return DecodeStatus.Unsupported;

        ReadOnlySpan<byte> pixels = encoded[header.Length..];
        if (pixels.Length < destination.Pixels.Length)
            return DecodeStatus.Truncated;
        pixels[..destination.Pixels.Length].CopyTo(destination.Pixels);
        return DecodeStatus.Success;
    }

    private static Match Find(ReadOnlySpan<byte> encoded) => Header().Match(Encoding.Latin1.GetString(encoded[..Math.Min(encoded.Length, LongestHeader)]));

    [GeneratedRegex(@"^P6\s+(?<width>[1-9][0-9]{0,4})\s+(?<height>[1-9][0-9]{0,4})\s+255\s")]
    private static partial Regex Header();
}
