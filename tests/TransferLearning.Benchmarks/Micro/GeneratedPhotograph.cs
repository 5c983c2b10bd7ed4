using SkiaSharp;
using TransferLearning.Randomness;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>A JPEG that is made in code, always the same for a number, of the size and the detail of a photograph from ImageNet.</summary>
internal static class GeneratedPhotograph
{
    public const int Width = 500;
    public const int Height = 375;

    private const int Quality = 90;
    private const int Waves = 12;

    public static byte[] Encode(int number)
    {
        using var bitmap = new SKBitmap(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Paint(bitmap.GetPixelSpan(), new RandomStream(seed: 0, number));
        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    // Waves from the image's size down to a few pixels, for shapes and edges; noise, for what a sensor adds.
    private static void Paint(Span<byte> pixels, RandomStream random)
    {
        Wave[] waves = [.. Enumerable.Range(0, Waves).Select(octave => Wave.Draw(random, wavelength: Width / Math.Pow(1.5, octave)))];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double noise = random.Uniform(-12, 12);
                for (int channel = 0; channel < 3; channel++)
                {
                    double value = 128 + noise;
                    foreach (Wave wave in waves)
                        value += wave.At(x, y, channel);
                    pixels[(y * Width + x) * 4 + channel] = (byte)Math.Clamp(value, 0, 255);
                }
                pixels[(y * Width + x) * 4 + 3] = 255;
            }
        }
    }

    private readonly record struct Wave(double AcrossX, double AcrossY, double Phase, double Height, double ChannelShift)
    {
        public static Wave Draw(RandomStream random, double wavelength)
        {
            double direction = random.Uniform(0, Math.Tau);
            double frequency = Math.Tau / wavelength;
            return new Wave(
                frequency * Math.Cos(direction), frequency * Math.Sin(direction), random.Uniform(0, Math.Tau),
                Height: 40 * Math.Sqrt(wavelength / Width), random.Uniform(0, 1));
        }

        public double At(int x, int y, int channel) => Height * Math.Sin(AcrossX * x + AcrossY * y + Phase + channel * ChannelShift);
    }
}
