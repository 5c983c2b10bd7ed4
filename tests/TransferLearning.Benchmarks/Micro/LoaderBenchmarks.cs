using BenchmarkDotNet.Attributes;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>A pass over 64 photographs in memory: decode, crop, flip, normalise, batch.</summary>
public class LoaderBenchmarks
{
    private const int Photographs = 64;

    private BatchLoader _loader = null!;

    [Params(0, 1, 2)]
    public int Workers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var preprocessing = new Preprocessing();
        _loader = new BatchLoader(
            new InMemoryDataset(Enumerable.Range(0, Photographs).Select(number => new LabeledImage(GeneratedPhotograph.Encode(number), "photograph"))),
            TransformPipeline.ForTraining(preprocessing),
            preprocessing.Statistics,
            new ImageReader(new SkiaImageDecoder()),
            new BatchLoaderOptions { Workers = Workers });
    }

    [Benchmark(OperationsPerInvoke = Photographs)]
    public int Pass()
    {
        int count = 0;
        foreach (Batch batch in _loader.GetBatches(epoch: 1))
        {
            using (batch)
                count += batch.Count;
        }
        return count;
    }
}
