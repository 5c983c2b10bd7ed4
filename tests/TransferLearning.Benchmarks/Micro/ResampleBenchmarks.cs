using BenchmarkDotNet.Attributes;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>Decoded pixels to what a network sees, before normalisation.</summary>
public class ResampleBenchmarks
{
    private readonly PixelBuffer _image = new ImageReader(new SkiaImageDecoder()).Read(GeneratedPhotograph.Encode(number: 0), "photograph");
    private readonly TransformPipeline _training = TransformPipeline.Empty.RandomResizedCrop(224);
    private readonly TransformPipeline _evaluation = TransformPipeline.Empty.Resize(256).CenterCrop(224);
    private int _sample;

    // Another crop each time: their sizes, and so their costs, differ.
    [Benchmark]
    public PixelBuffer RandomResizedCrop() => _training.Apply(_image, seed: 0, epoch: 0, sample: _sample++);

    [Benchmark]
    public PixelBuffer ResizeAndCenterCrop() => _evaluation.Apply(_image, seed: 0, epoch: 0, sample: 0);
}
