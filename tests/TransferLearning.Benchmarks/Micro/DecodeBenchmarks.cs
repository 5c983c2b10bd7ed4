using BenchmarkDotNet.Attributes;
using TransferLearning.Imaging;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>A JPEG to pixels.</summary>
public class DecodeBenchmarks
{
    private readonly ImageReader _reader = new(new SkiaImageDecoder());
    private readonly byte[] _jpeg = GeneratedPhotograph.Encode(number: 0);

    [Benchmark]
    public PixelBuffer Decode() => _reader.Read(_jpeg, "photograph");
}
