using BenchmarkDotNet.Attributes;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>One step of fine-tuning all layers on a batch of 16: forward, backward, SGD with momentum.</summary>
public class TrainingStepBenchmarks
{
    private const int BatchSize = 16;
    private const double LearningRate = 1e-8; // so small that a thousand steps leave random weights in bounds

    private readonly ILoss _loss = Losses.CrossEntropy();
    private Backbone _backbone = null!;
    private Optimizer _optimizer = null!;
    private Tensor _images = null!;
    private Tensor _targets = null!;

    [Params("resnet18", "mobilenet_v2")]
    public string Network { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _backbone = BackboneLoader.Open(Pretrained.ByName(Network).WithRandomWeights(), outputCount: 2, seed: 0);
        _optimizer = Optimizers.Sgd(LearningRate, momentum: 0.9).Create();
        _optimizer.SetGroups([new ParameterGroup("all", [.. _backbone.Network.named_parameters()])]);
        _backbone.Network.train();
        foreach (BatchNorm layer in _backbone.Network.modules().OfType<BatchNorm>())
            layer.eval();
        _images = RandomBatch.Images(BatchSize);
        _targets = RandomBatch.Targets(BatchSize);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void Step()
    {
        using var scope = NewDisposeScope();
        Tensor loss = _loss.Compute(new LossContext { Output = _backbone.Forward(_images), Targets = _targets });
        _optimizer.ZeroGradients();
        loss.backward();
        _optimizer.Step(LearningRate);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _targets.Dispose();
        _images.Dispose();
        _optimizer.Dispose();
        _backbone.Dispose();
    }
}
