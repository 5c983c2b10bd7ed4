using System.Buffers.Binary;
using System.Text;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Image files made to hurt whoever reads them.</summary>
internal static class HostileImages
{
    private const int BombBytes = 64 << 20;

    /// <summary>Sound files of many kinds, to be damaged.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Sound { get; } =
    [
        ("jpeg", DrawnImage.Jpeg()), ("png", DrawnImage.Png()), ("webp", DrawnImage.WebP()), ("progressive jpeg", EncodedImages.ProgressiveJpeg),
        ("gray jpeg", EncodedImages.GrayJpeg), ("cmyk jpeg", EncodedImages.CmykJpeg), ("turned jpeg", TestImages.WithOrientation(DrawnImage.Jpeg(), 6)),
        ("bmp", EncodedImages.Bmp), ("lossless webp", EncodedImages.LosslessWebp), ("extended webp", TestImages.WithOrientation(DrawnImage.WebP(), 3)),
        ("gif", EncodedImages.AnimatedGif), ("palette png", Palette([255, 0, 0, 0, 255, 0], index: 1)),
        ("16-bit png", new PngFile(9, 3, 16, PngColor.Rgba).Rows(Rows(3, 9 * 8)).End()),
    ];

    /// <summary>Files that no accident makes.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Crafted()
    {
        foreach ((int width, int height) in new[] { (1, 2700), (1, 65_535), (65_535, 1), (1, 1_000_000), (1_000_000, 1), (3, 80_000), (1000, 1000) })
            yield return ($"png of {width} x {height}", Uniform(width, height));
        foreach ((int width, int height) in new[] { (0, 0), (int.MaxValue, int.MaxValue), (-1, -1), (1, int.MaxValue), (65_536, 65_536), (13_377, 13_377), (1024, 1025) })
            yield return ($"png whose header says {width} x {height}", new PngFile(width, height, 8, PngColor.Rgb).Rows([new byte[3]]).End());

        byte[] bomb = new byte[BombBytes];
        yield return ("png with an image of 64 MiB for 10 x 10", new PngFile(10, 10, 8, PngColor.Rgb).Rows([bomb]).End());
        yield return ("png with a profile of 64 MiB", Small(png => png.Chunk("iCCP", [(byte)'x', 0, 0, .. PngFile.Compress([bomb])])));
        yield return ("png with a text of 64 MiB", Small(png => png.Chunk("zTXt", [.. "Comment"u8, 0, 0, .. PngFile.Compress([bomb])])));
        yield return ("png with an international text of 64 MiB", Small(png => png.Chunk("iTXt", [.. "Comment"u8, 0, 1, 0, 0, 0, .. PngFile.Compress([bomb])])));
        yield return ("png with 50,000 chunks", Small(png => Enumerable.Range(0, 50_000).Aggregate(png, (file, _) => file.Chunk("tEXt", [.. "k\0v"u8]))));
        yield return ("png with EXIF data that lead in circles", Small(png => png.Chunk("eXIf", [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0])));
        yield return ("palette png without a palette", new PngFile(9, 3, 8, PngColor.Palette).Rows(Rows(3, 9)).End());
        yield return ("palette png beyond its palette", Palette([1, 2, 3], index: 255));
        yield return ("png with a wrong checksum", new PngFile(9, 3, 8, PngColor.Rgb).Chunk("IDAT", PngFile.Compress(Rows(3, 27)), wrongChecksum: true).End());
        yield return ("png with a filter that there is not", new PngFile(9, 3, 8, PngColor.Rgb).Chunk("IDAT", PngFile.Compress([.. Rows(2, 27), Enumerable.Repeat((byte)99, 55).ToArray()])).End());
        yield return ("png that asks for a dictionary", Changed(new PngFile(9, 3, 8, PngColor.Rgb).Rows(Rows(3, 27)).End(), 42, [0xF9]));
        yield return ("png without an image", new PngFile(9, 3, 8, PngColor.Rgb).End());
        yield return ("interlaced png that ends early", new PngFile(900, 900, 8, PngColor.Rgb, interlaced: true).Rows(Rows(10, 2700)).End());
        byte[] png = DrawnImage.Png();
        foreach (uint length in new uint[] { 0, int.MaxValue, 0x8000_0000, uint.MaxValue })
            yield return ($"png whose image chunk says {length} bytes", Changed(png, At(png, "IDAT") - 4, BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(length))));

        byte[] jpeg = DrawnImage.Jpeg();
        byte[] progressive = EncodedImages.ProgressiveJpeg;
        foreach (int length in new[] { 2, 20, 300, jpeg.Length / 2, jpeg.Length - 2 })
        {
            yield return ($"jpeg cut to {length} bytes", jpeg[..length]);
            yield return ($"jpeg cut to {length} bytes and closed", [.. jpeg[..length], 0xFF, 0xD9]);
        }
        foreach ((ushort height, ushort width) in new (ushort, ushort)[] { (0, 0), (65_535, 65_535), (1, 65_535), (65_535, 1), (1024, 1024) })
        {
            yield return ($"jpeg that says {width} x {height}", Sized(jpeg, 0xC0, width, height));
            yield return ($"progressive jpeg that says {width} x {height}", Sized(progressive, 0xC2, width, height));
        }
        int scan = progressive.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] scans = [.. Enumerable.Range(0, 200).SelectMany(_ => progressive[scan..^2])];
        yield return ("progressive jpeg of 200 scans", [.. Sized(progressive, 0xC2, 512, 512)[..^2], .. scans, 0xFF, 0xD9]);
        yield return ("jpeg with 60 segments of 64 KiB", [.. jpeg[..2], .. Enumerable.Range(0, 60).SelectMany(_ => (byte[])[0xFF, 0xE5, 0xFF, 0xFF, .. new byte[65_533]]), .. jpeg[2..]]);
        yield return ("jpeg followed by 1 MiB", [.. jpeg, .. new byte[1 << 20]]);
        yield return ("jpeg of nothing but fill bytes", [0xFF, 0xD8, .. Enumerable.Repeat((byte)0xFF, 1 << 20)]);
        yield return ("jpeg whose segment is of length 0", [.. jpeg[..2], 0xFF, 0xE1, 0, 0, .. jpeg[2..]]);

        byte[] webp = DrawnImage.WebP();
        foreach (uint length in new uint[] { 0, 4, uint.MaxValue, int.MaxValue })
            yield return ($"webp that says {length} bytes", Changed(webp, 4, BitConverter.GetBytes(length)));
        yield return ("webp whose chunk says 256 MiB", Changed(EncodedImages.LosslessWebp, 19, [0x10]));
        yield return ("webp of a canvas of 16384 x 16384", Canvas(webp, 16_383));
        yield return ("webp of a canvas of 2^24 x 2^24", Canvas(webp, (1 << 24) - 1));
        yield return ("webp of 2000 frames", Animated(webp, frames: 2000, canvas: 63));
        yield return ("webp whose frame is smaller than its canvas", Animated(webp, frames: 1, canvas: 255));

        foreach ((int width, int height) in new[] { (30_000, 30_000), (int.MaxValue, 1), (1, int.MinValue), (4, -4), (-4, 4), (1000, 1000) })
            yield return ($"bmp of {width} x {height}", Bmp(width, height, bits: 24, compression: 0, new byte[48]));
        yield return ("bmp of run lengths that end early", Bmp(1000, 1000, bits: 8, compression: 1, [0, 1]));
        yield return ("bmp of run lengths beyond a row", Bmp(4, 4, bits: 8, compression: 1, [255, 7, 0, 2, 255, 255, 255, 9]));
        yield return ("bmp whose pixels begin at 2^32 - 1", Changed(EncodedImages.Bmp, 10, [255, 255, 255, 255]));
        yield return ("bmp with 2^31 colors", Changed(EncodedImages.Bmp, 46, [255, 255, 255, 127]));

        yield return ("gif of 65535 x 65535", Changed(EncodedImages.AnimatedGif, 6, [255, 255, 255, 255]));
        yield return ("gif without an image", [.. EncodedImages.AnimatedGif[..13], 0x3B]);
        yield return ("nothing", []);
        yield return ("one byte", [0xFF]);
        yield return ("text", [.. "This is no image."u8]);
        yield return ("vector graphics", Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='file:///etc/passwd'/></svg>"));
        yield return ("wireless bitmap", [0, 0, 8, 8, .. Enumerable.Repeat((byte)0xAA, 8)]);
        yield return ("icon", [0, 0, 1, 0, 1, 0, 9, 3, 0, 0, 1, 0, 32, 0, .. BitConverter.GetBytes(png.Length), 22, 0, 0, 0, .. png]);
        yield return ("tiff", [.. "II*\0"u8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        yield return ("zeros", new byte[1 << 16]);
    }

    private static byte[] Uniform(int width, int height) => new PngFile(width, height, 8, PngColor.Rgb).Rows(Rows(height, width * 3)).End();

    private static byte[] Small(Func<PngFile, PngFile> add) => add(new PngFile(9, 3, 8, PngColor.Rgb)).Rows(Rows(3, 27)).End();

    private static byte[] Palette(byte[] colors, byte index) =>
        new PngFile(9, 3, 8, PngColor.Palette).Chunk("PLTE", colors).Rows([.. Enumerable.Range(0, 3).Select(_ => Enumerable.Repeat(index, 9).ToArray())]).End();

    private static byte[][] Rows(int count, int bytes) => [.. Enumerable.Repeat(new byte[bytes], count)];

    private static byte[] Changed(byte[] whole, int at, byte[] with) => [.. whole[..at], .. with, .. whole[(at + with.Length)..]];

    private static int At(byte[] whole, string text) => whole.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));

    private static byte[] Sized(byte[] jpeg, byte frame, ushort width, ushort height) => Changed(
        jpeg, jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, frame]) + 5, [(byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width]);

    private static byte[] Canvas(byte[] webp, int last) => Riff([.. Chunk("VP8X", [0, 0, 0, 0, .. Three(last), .. Three(last)]), .. webp[12..]]);

    private static byte[] Animated(byte[] webp, int frames, int canvas)
    {
        byte[] frame = Chunk("ANMF", [.. Three(0), .. Three(0), .. Three(39), .. Three(29), .. Three(10), 2, .. webp[12..]]);
        return Riff([.. Chunk("VP8X", [2, 0, 0, 0, .. Three(canvas), .. Three(canvas)]), .. Chunk("ANIM", new byte[6]), .. Enumerable.Repeat(frame, frames).SelectMany(bytes => bytes).ToArray()]);
    }

    private static byte[] Riff(byte[] chunks) => [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    private static byte[] Chunk(string type, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[data.Length & 1]];

    private static byte[] Three(int number) => BitConverter.GetBytes(number)[..3];

    private static byte[] Bmp(int width, int height, short bits, int compression, byte[] data) =>
    [
        .. "BM"u8, .. BitConverter.GetBytes(54 + data.Length), 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, .. BitConverter.GetBytes(width),
        .. BitConverter.GetBytes(height), 1, 0, .. BitConverter.GetBytes(bits), .. BitConverter.GetBytes(compression), .. BitConverter.GetBytes(data.Length),
        .. new byte[16], .. data,
    ];
}
