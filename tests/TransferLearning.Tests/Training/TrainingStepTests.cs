using TransferLearning.Batching;
using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class TrainingStepTests
{
    private static readonly TrainingPosition _position = new() { Epoch = 1, Epochs = 1, Step = 1, StepsPerEpoch = 1 };

    [Theory]
    [InlineData(5, 2)] // 5 5 | 5 5 | 4
    [InlineData(4, 4)] // 4 4 4 4 | 4 4
    public void AccumulateGradients_OverBatches_StepsAsOneBatchOfTheirImages(int batchSize, int batches)
    {
        using TrainingResult whole = Fixed(batchSize * batches).Build().Fit();
        using TrainingResult parts = Fixed(batchSize).AccumulateGradients(batches).Build().Fit();

        Assert.All(whole.History.Zip(parts.History), pair => Assert.Equal(pair.First.Validation["loss"], pair.Second.Validation["loss"], 1e-5));
        Assert.NotEqual(whole.History[0].Validation["loss"], whole.History[1].Validation["loss"]);
    }

    [Fact]
    public void AccumulateGradients_OfStoredFeatures_StepsAsOneBatchOfTheirImages()
    {
        TrainerBuilder Head(int batchSize) => Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize)
            .RunOn(CPU, torchThreads: 1).OptimizeWith(Optimizers.Sgd(learningRate: 0.1)).Schedule(LearningRate.Constant);

        using TrainingResult whole = Head(10).Build().Fit();
        using TrainingResult parts = Head(5).AccumulateGradients(2).Build().Fit();

        Assert.All(whole.History.Zip(parts.History), pair => Assert.Equal(pair.First.Validation["loss"], pair.Second.Validation["loss"], 1e-5));
    }

    [Fact]
    public void AccumulateGradients_OverUnequalBatches_WeighsEachImageTheSame()
    {
        using var parts = new Scene();
        using var whole = new Scene();
        ITrainingStep step = new TrainingStep(parts.Context, batches: 2, radius: null);

        Run(step, parts.Batch(0, 3));
        Run(step, parts.Batch(3, 8));
        Run(new TrainingStep(whole.Context, batches: 1, radius: null), whole.Batch(0, 8));

        parts.AssertWeights(whole, 1e-6);
        Assert.Equal(1, parts.Context.Optimizer.StepCount);
    }

    [Fact]
    public void EpochEnded_WithBatchesLeft_UpdatesByTheirMean()
    {
        using var parts = new Scene();
        using var whole = new Scene();
        ITrainingStep step = new TrainingStep(parts.Context, batches: 4, radius: null);

        Run(step, parts.Batch(0, 3));
        step.EpochEnded(_position);
        step.EpochEnded(_position); // nothing is left
        Run(new TrainingStep(whole.Context, batches: 1, radius: null), whole.Batch(0, 3));

        parts.AssertWeights(whole, 1e-6);
        Assert.Equal(1, parts.Context.Optimizer.StepCount);
    }

    [Theory]
    [InlineData(BatchNormMode.Frozen)]
    [InlineData(BatchNormMode.Trained)]
    public void MinimizeSharpness_InOneStep_UsesTheGradientAtTheRadius(BatchNormMode batchNorm)
    {
        const double radius = 0.1;
        using var sharp = new Scene(batchNorm);
        using var manual = new Scene(batchNorm);

        Run(new TrainingStep(sharp.Context, batches: 1, radius), sharp.Batch(0, 8));

        using (Batch batch = manual.Batch(0, 8))
        using (NewDisposeScope())
        {
            manual.Context.Forward(batch, _position).Loss.backward();
            var trained = manual.Backbone.Network.named_parameters().Select(entry => entry.parameter).ToArray();
            Tensor[] gradients = [.. trained.Select(parameter => parameter.grad!.clone())];
            Tensor[] starts = [.. trained.Select(parameter => parameter.detach().clone())];
            float norm = stack(gradients.Select(gradient => gradient.square().sum())).sum().sqrt().item<float>();
            using (no_grad())
                _ = trained.Zip(gradients).Select(pair => pair.First.add_(pair.Second.mul((float)radius / norm))).ToArray();
            Dictionary<string, Tensor> statistics = manual.Backbone.Network.named_buffers().ToDictionary(entry => entry.name, entry => entry.buffer.clone());
            manual.Context.Optimizer.ZeroGradients();
            manual.Context.Forward(batch, _position).Loss.backward();
            using (no_grad())
            {
                _ = trained.Zip(starts).Select(pair => pair.First.copy_(pair.Second)).ToArray();
                foreach ((string name, Tensor buffer) in manual.Backbone.Network.named_buffers())
                    buffer.copy_(statistics[name]);
            }
            manual.Context.UpdateWeights(_position);
        }
        sharp.AssertWeights(manual, 1e-5);
    }

    [Fact]
    public void MinimizeSharpness_WithAccumulation_AddsTheGradientsOfEachBatch()
    {
        using var together = new Scene();
        using var single = new Scene();
        ITrainingStep step = new TrainingStep(together.Context, batches: 2, radius: 0.1);
        Run(step, together.Batch(0, 4));
        Run(step, together.Batch(4, 8));

        // With plain gradient descent, the mean of two gradients from one start is the mean of two steps from it.
        Dictionary<string, float[]>[] moved = [.. new[] { (0, 4), (4, 8) }.Select(range =>
        {
            using var scene = new Scene();
            Run(new TrainingStep(scene.Context, batches: 1, radius: 0.1), scene.Batch(range.Item1, range.Item2));
            return scene.Weights();
        })];

        Assert.All(together.Weights(), entry => Assert.All(
            entry.Value.Zip(moved[0][entry.Key].Zip(moved[1][entry.Key], (one, other) => (one + other) / 2)),
            pair => Assert.Equal(pair.Second, pair.First, 1e-5f)));
    }

    [Fact]
    public void MinimizeSharpness_InAFit_LearnsAndRepeats()
    {
        TrainerBuilder Sharp() => Fixed(8).MinimizeSharpness(radius: 0.05);

        using TrainingResult first = Sharp().Build().Fit();
        using TrainingResult second = Sharp().Build().Fit();
        using TrainingResult plain = Fixed(8).Build().Fit();

        Assert.Equal(first.History.Select(epoch => epoch.Validation), second.History.Select(epoch => epoch.Validation));
        Assert.NotEqual(first.History[^1].Validation[Metric.Loss], plain.History[^1].Validation[Metric.Loss]);
        Assert.True(first.History[^1].Training[Metric.Loss] < first.History[0].Training[Metric.Loss]);
    }

    [Fact]
    public void Build_WithAStepOfOnesOwnAndPartsOfTheBuiltIn_NamesThem()
    {
        TrainerBuilder builder = Fixed(8).AccumulateGradients(2).MinimizeSharpness().StepWith(context => new TrainingStep(context, 1, null));

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(
            [
                "AccumulateGradients is a part of the built-in step, which StepWith replaces: use one of them.",
                "MinimizeSharpness is a part of the built-in step, which StepWith replaces: use one of them.",
            ],
            failure.Problems);
    }

    [Fact]
    public void Build_WithNumbersOutOfRange_NamesThem()
    {
        TrainerBuilder builder = Fixed(8).AccumulateGradients(0).MinimizeSharpness(double.NaN).StopAfter(TimeSpan.Zero).StopAfter(steps: 0)
            .DiscriminativeRates(("steam", 0.1));

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(
            [
                "The number of accumulated batches must be at least 1; it is 0.",
                "The radius of sharpness-aware minimization must be a finite number above 0; it is NaN.",
                "The maximum number of steps must be at least 1; it is 0.",
                "The maximum duration must be above 0; it is 00:00:00.",
                "The learning rate of stage 'steam' is set, which staged_small_network does not have. Did you mean 'stem'? Stages: stem, body, head.",
            ],
            failure.Problems);
    }

    private static void Run(ITrainingStep step, Batch batch)
    {
        using (batch)
        using (NewDisposeScope())
            step.Run(batch, _position);
    }

    private static TrainerBuilder Fixed(int batchSize) =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize).RunOn(CPU, torchThreads: 1).Freeze(FreezePolicy.Nothing)
            .ComputeIn(ComputePrecision.Float32).Augment(images => images.Resize(16).CenterCrop(16)).OptimizeWith(Optimizers.Sgd(learningRate: 0.05))
            .Schedule(LearningRate.Constant);

    /// <summary>A network with always the same weights and images, and plain gradient descent.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly TrainingState _state;

        public Scene(BatchNormMode batchNorm = BatchNormMode.Frozen)
        {
            TrainerOptions options = TrainerOptions.ForFineTuning(StagedSmallNetwork.Pretrained(), ToyImages.Split()) with
            {
                Optimizer = Optimizers.Sgd(0.1, momentum: 0),
                Schedule = LearningRate.Constant,
            };
            Backbone = BackboneLoader.Open(options.Backbone, outputCount: 3, seed: 1);
            _state = new TrainingState(options);
            Context = new StepContext(options, Backbone, _state);
            var freezer = new Freezer(Backbone, FreezePolicy.Nothing, batchNorm);
            _state.Optimizer.SetGroups([new ParameterGroup("all", freezer.Apply(epoch: 1))]);
            freezer.EnterTraining(epoch: 1);
        }

        public Backbone Backbone { get; }

        public StepContext Context { get; }

        public Batch Batch(int from, int to)
        {
            using Tensor all = FilledWeights.For("images", 8, 3, 16, 16);
            return new Batch(all[from..to].clone(), tensor((long[])[.. Enumerable.Range(from, to - from).Select(index => (long)index % 3)]), [.. Enumerable.Range(from, to - from)]);
        }

        public Dictionary<string, float[]> Weights() => Backbone.Network.state_dict().Where(entry => entry.Value.is_floating_point())
            .ToDictionary(entry => entry.Key, entry => entry.Value.detach().contiguous().data<float>().ToArray());

        public void AssertWeights(Scene expected, double tolerance)
        {
            Dictionary<string, float[]> wanted = expected.Weights();
            Assert.All(Weights(), entry => Assert.All(wanted[entry.Key].Zip(entry.Value), pair => Assert.Equal(pair.First, pair.Second, (float)tolerance)));
        }

        public void Dispose()
        {
            _state.Dispose();
            Backbone.Dispose();
        }
    }
}
