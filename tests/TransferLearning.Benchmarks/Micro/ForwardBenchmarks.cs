using BenchmarkDotNet.Attributes;
using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>A batch of 16 through a network, without gradients.</summary>
public class ForwardBenchmarks
{
    private const int BatchSize = 16;

    private Backbone _backbone = null!;
    private Tensor _images = null!;

    [Params("resnet18", "mobilenet_v2")]
    public string Network { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _backbone = BackboneLoader.Open(Pretrained.ByName(Network).WithRandomWeights(), outputCount: 2, seed: 0);
        _backbone.Network.eval();
        _images = RandomBatch.Images(BatchSize);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void Forward()
    {
        using IDisposable noGradient = no_grad();
        _backbone.Forward(_images).Dispose();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _images.Dispose();
        _backbone.Dispose();
    }
}
