using BenchmarkDotNet.Attributes;
using TransferLearning.Data;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>An encoded photograph to its label.</summary>
public class PredictBenchmarks
{
    private readonly byte[] _jpeg = GeneratedPhotograph.Encode(number: 0);
    private TrainingResult _trained = null!;

    [Params("resnet18", "mobilenet_v2")]
    public string Network { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        LabeledImage[] images = [new(GeneratedPhotograph.Encode(number: 1), "one"), new(GeneratedPhotograph.Encode(number: 2), "two")];
        var photographs = new InMemoryDataset(images);
        _trained = Trainer
            .ExtractFeatures(Pretrained.ByName(Network).WithRandomWeights())
            .On(new DatasetSplit(photographs, photographs))
            .For(epochs: 1)
            .Build()
            .Fit();
    }

    [Benchmark]
    public Prediction Predict() => _trained.Model.Predict(_jpeg);

    [GlobalCleanup]
    public void Cleanup() => _trained.Dispose();
}
