using System.Diagnostics;
using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Imaging;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>What a fit makes, a fit gives back.</summary>
[Collection(Alone.Name)]
public sealed class TensorLifetimeTests
{
    [Fact]
    public void Fit_DoneAndDisposed_LeavesNoTensor()
    {
        long before = LiveTensors.Count;

        Builder(epochs: 3).Freeze(FreezePolicy.Backbone.ForEpochs(1)).Build().Fit().Dispose();

        Assert.Equal(before, LiveTensors.Count);
    }

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Fit_ThroughFeaturesFrozenStagesAndAllLayers_LeavesNoTensor(ComputePrecision precision)
    {
        using var store = new TemporaryFolder();
        long before = LiveTensors.Count;

        Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 5, batchSize: 8)
            .Freeze(FreezePolicy.Backbone.ForEpochs(2).And(FreezePolicy.UpTo("stem").ForEpochs(4)))
            .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = store.FullPath } })
            .ComputeIn(precision).Build().Fit().Dispose();

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Fit_Cancelled_LeavesNoTensor()
    {
        long before = LiveTensors.Count;
        using var cancellation = new CancellationTokenSource();

        Builder(epochs: 3).Observe(() => new AtStep(2, 2, cancellation.Cancel)).Build().Fit(cancellationToken: cancellation.Token).Dispose();

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Fit_CancelledInItsFirstEpoch_LeavesNoTensor()
    {
        long before = LiveTensors.Count;
        using var cancellation = new CancellationTokenSource();
        Trainer trainer = Builder(epochs: 3).Observe(() => new AtStep(1, 2, cancellation.Cancel)).Build();

        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(cancellationToken: cancellation.Token));

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Fit_Diverged_LeavesNoTensor()
    {
        long before = LiveTensors.Count;
        Trainer trainer = Builder(epochs: 3).OptimizeWith(Optimizers.Sgd(learningRate: 1e38)).Build();

        Assert.Throws<TrainingDivergedException>(() => trainer.Fit());

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Fit_FailedInATransform_LeavesNoTensor()
    {
        long before = LiveTensors.Count;
        Trainer trainer = Builder(epochs: 3).Augment(images => images.Resize(SmallNetwork.Side).Then(FailAtBlack)).Build();

        Assert.ThrowsAny<Exception>(() => trainer.Fit());

        Assert.Equal(before, LiveTensors.Count);

        static PixelBuffer FailAtBlack(PixelBuffer image, RandomStream random) =>
            random.NextDouble() < 0.3 ? throw new InvalidOperationException("as if it were broken") : image;
    }

    [Theory]
    [InlineData("number format")]
    [InlineData("batch transform")]
    [InlineData("no batch")]
    [InlineData("sampler")]
    [InlineData("step")]
    [InlineData("observer")]
    [InlineData("evaluation weights made")]
    [InlineData("evaluation weights used")]
    [InlineData("evaluation weights disposed")]
    public void Fit_FailedInAPartOfOnesOwn_LeavesNoTensorAndTheNumberOfThreads(string where)
    {
        int threads = torch.get_num_threads();
        long before = LiveTensors.Count;
        Trainer trainer = Failing(where, Builder(epochs: 2)).Build();

        Assert.Throws<InvalidOperationException>(() => trainer.Fit());

        Assert.Equal(before, LiveTensors.Count);
        Assert.Equal(threads, torch.get_num_threads());
    }

    [Fact]
    public void Fit_OverAThousandSteps_TakesNoMoreMemory()
    {
        var memory = new MemoryAtSteps(200, 1000);

        Builder(epochs: 200).Observe(() => memory).Build().Fit().Dispose(); // 5 steps each

        Assert.Equal(memory.LiveTensors[0], memory.LiveTensors[1]);
        Assert.True(memory.Bytes[1] - memory.Bytes[0] < 32 << 20, $"the process grew from {memory.Bytes[0] >> 20} to {memory.Bytes[1] >> 20} MiB");
    }

    private static TrainerBuilder Failing(string where, TrainerBuilder builder) => where switch
    {
        "number format" => builder.ComputeIn(ComputePrecision.BFloat16), // which the network cannot
        "batch transform" => builder.TransformBatches(new Doubling()).TransformBatches(new FailingTransform(() => throw new InvalidOperationException())),
        "no batch" => builder.TransformBatches(new Doubling()).TransformBatches(new FailingTransform(() => null!)),
        "sampler" => builder.SampleWith(new FailingSampler()),
        "step" => builder.StepWith(context => new FailingStep(context)),
        "observer" => builder.Observe(() => new AtStep(1, 2, () => throw new InvalidOperationException())),
        _ => builder.EvaluateWith(() => new FailingWeights(where)),
    };

    private static TrainerBuilder Builder(int epochs) => Trainer
        .FineTune(SmallNetwork.Pretrained())
        .On(ToyImages.Split())
        .For(epochs, batchSize: 5);

    private sealed class AtStep(int epoch, int step, Action act) : ITrainingObserver
    {
        public void StepEnded(StepRecord record, TrainingRun run)
        {
            if (record.Position.Epoch == epoch && record.Position.Step == step)
                act();
        }
    }

    private sealed class Doubling : IBatchTransform
    {
        public Batch Apply(Batch batch, BatchTransformContext context) => batch.With(batch.Images + batch.Images, batch.Targets.alias());
    }

    private sealed class FailingTransform(Func<Batch> make) : IBatchTransform
    {
        public Batch Apply(Batch batch, BatchTransformContext context) => context.Position.Step == 2 ? make() : batch;
    }

    private sealed class FailingSampler : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random) => throw new InvalidOperationException();
    }

    private sealed class FailingStep(StepContext context) : ITrainingStep
    {
        public BatchOutcome Run(Batch batch, TrainingPosition position)
        {
            ForwardPass pass = context.Forward(batch, position);
            pass.Loss.backward();
            throw new InvalidOperationException();
        }
    }

    private sealed class FailingWeights : IEvaluationWeights
    {
        private readonly string _where;

        public FailingWeights(string where)
        {
            _where = where;
            FailIn("evaluation weights made");
        }

        public void StepEnded(Backbone backbone, TrainingPosition position)
        {
        }

        public IDisposable Use(Backbone backbone)
        {
            FailIn("evaluation weights used");
            return torch.no_grad();
        }

        public void Dispose() => FailIn("evaluation weights disposed");

        private void FailIn(string where)
        {
            if (_where == where)
                throw new InvalidOperationException();
        }
    }

    private sealed class MemoryAtSteps(params int[] steps) : ITrainingObserver
    {
        private int _step;

        public List<long> LiveTensors { get; } = [];

        public List<long> Bytes { get; } = [];

        public void StepEnded(StepRecord record, TrainingRun run)
        {
            if (!steps.Contains(++_step))
                return;
            LiveTensors.Add(Support.LiveTensors.Count);
            GC.Collect();
            using Process process = Process.GetCurrentProcess();
            Bytes.Add(process.WorkingSet64);
        }
    }
}
