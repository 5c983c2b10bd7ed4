using System.Reflection;
using System.Runtime.Intrinsics.X86;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace TransferLearning.Imaging;

/// <summary>Decodes JPEG, PNG and WebP with SixLabors.ImageSharp 2.1, which needs no native library and has the Apache-2.0 licence.</summary>
/// <remarks>
/// <see cref="SkiaImageDecoder"/> is the default for reasons: its pixels equal Pillow's, it decodes parts, and it is
/// maintained. Here the pixels of JPEG files differ from Pillow's, on photographs by 0.04 levels of 255 in the mean and 3
/// at most, or, where colors are subsampled, by 0.29 and 53; so a model is used with the decoder that it was trained
/// with. ImageSharp 2.1 has published advisories that are fixed in later, differently licensed versions only; they
/// concern formats and profiles that this decoder does not open, and the package's README lists them. Other formats are
/// not registered, and metadata but for the EXIF orientation are not read. Keeps nothing between calls.
/// </remarks>
public sealed class ImageSharpDecoder : IImageDecoder
{
    // A header may claim data of any length: what is allocated for them must not be touched before the file's end is checked.
    private readonly Configuration _forHeaders;
    private readonly Configuration _forPixels;

    /// <summary>Creates a decoder.</summary>
    /// <param name="memoryLimitMegabytes">
    /// The most memory of one buffer; 1024 by default. A progressive JPEG takes up to 6 bytes a pixel, any other image 3 to 8.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public ImageSharpDecoder(int memoryLimitMegabytes = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryLimitMegabytes, 1);
        _forPixels = Configure(new CleanMemory(memoryLimitMegabytes));
        _forHeaders = Configure(MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = memoryLimitMegabytes }));
    }

    /// <inheritdoc/>
    public string Identifier => "imagesharp";

    /// <inheritdoc/>
    /// <remarks>Names the processor's vector instructions too, which the rounding of JPEG depends on.</remarks>
    public string? Fingerprint { get; } = $"imagesharp {Version}, AVX2 {Avx2.IsSupported}, FMA {Fma.IsSupported}";

    private static string? Version => typeof(Configuration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <inheritdoc/>
    public unsafe bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
    {
        header = default;
        if (PngData.TryReadSize(encoded, out int width, out int height))
        {
            header = new ImageHeader(width, height, ExifTag.Orientation(encoded, "png"), "png");
            return true;
        }
        if (encoded.IsEmpty)
            return false;
        fixed (byte* start = encoded)
        {
            using var stream = new UnmanagedMemoryStream(start, encoded.Length);
            try
            {
                if (Image.Identify(_forHeaders, stream, out IImageFormat format) is not { } info)
                    return false;
                string name = format.Name.ToLowerInvariant();
                header = new ImageHeader(info.Width, info.Height, ExifTag.Orientation(encoded, name), name);
                return true;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                return false; // whatever a decoder stumbles over in a forged header
            }
        }
    }

    /// <inheritdoc/>
    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!TryReadHeader(encoded, out ImageHeader header))
            return DecodeStatus.Unsupported;
        destination.RequireSize(header.Width, header.Height, nameof(destination));
        if (FileEnd.IsReached(encoded, header.Format) == false)
            return DecodeStatus.Truncated;
        if (header.Format == "png" && !PngData.IsWhole(encoded))
            return DecodeStatus.Corrupt;

        try
        {
            using var image = Image.Load<Rgb24>(_forPixels, encoded);
            if ((image.Width, image.Height) != (header.Width, header.Height))
                return DecodeStatus.Corrupt;
            image.CopyPixelDataTo(destination.Pixels);
            return DecodeStatus.Success;
        }
        catch (Exception error) when (
            (error.InnerException ?? error) is NotSupportedException or UnknownImageFormatException or InvalidMemoryOperationException)
        {
            return DecodeStatus.Unsupported;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return DecodeStatus.Corrupt; // damage shows as exceptions of many types, index errors among them
        }
    }

    private static Configuration Configure(MemoryAllocator memory)
    {
        var configuration = new Configuration { MaxDegreeOfParallelism = 1, MemoryAllocator = memory };
        Register(JpegFormat.Instance, new JpegImageFormatDetector(), new JpegDecoder { IgnoreMetadata = true });
        Register(PngFormat.Instance, new PngImageFormatDetector(), new PngDecoder { IgnoreMetadata = true });
        Register(WebpFormat.Instance, new WebpImageFormatDetector(), new WebpDecoder { IgnoreMetadata = true });
        return configuration;

        void Register(IImageFormat format, IImageFormatDetector detector, SixLabors.ImageSharp.Formats.IImageDecoder decoder)
        {
            configuration.ImageFormatsManager.AddImageFormat(format);
            configuration.ImageFormatsManager.AddImageFormatDetector(detector);
            configuration.ImageFormatsManager.SetDecoder(format, decoder);
        }
    }
}
