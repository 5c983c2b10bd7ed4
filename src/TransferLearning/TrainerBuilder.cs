using System.Runtime.CompilerServices;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Freezing;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Transforms;

namespace TransferLearning;

/// <summary>
/// Builds a <see cref="Trainer"/> as a sentence. A concern that can be set once refuses a second time; metrics and
/// observers add up. A builder builds once.
/// </summary>
public sealed partial class TrainerBuilder
{
    private readonly HashSet<string> _said = [];
    private readonly List<Metric> _metrics = [];
    private readonly List<Func<ITrainingObserver>> _observers = [];
    private readonly List<IBatchTransform> _batchTransforms = [];
    private IDatasetSource? _unsplit;
    private TrainerOptions _options;
    private bool _built;

    /// <param name="backbone">The network.</param>
    /// <param name="defaults">The options to start from; the data, absent at first, are demanded at the end.</param>
    internal TrainerBuilder(PretrainedBackbone backbone, Func<PretrainedBackbone, DatasetSplit, TrainerOptions> defaults) =>
        _options = defaults(backbone, null!);

    /// <summary>The images to train and to validate on.</summary>
    /// <param name="data">Both sets, with the same classes.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder On(DatasetSplit data) => Set(_options with { Data = data });

    /// <summary>The images to learn from: a folder with train and val subfolders as they are, anything else split by class, a fifth for validation.</summary>
    /// <param name="source">All images.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder On(IDatasetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _unsplit = source;
        return Set(_options);
    }

    /// <summary>How long and in what portions.</summary>
    /// <param name="epochs">The most epochs; 25 by default.</param>
    /// <param name="batchSize">The images in a step; 16 by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder For(int epochs, int? batchSize = null) =>
        Set(_options with { Epochs = epochs, BatchSize = batchSize ?? _options.BatchSize });

    /// <summary>What happens to training images, in place of the random crop and flip that are the default.</summary>
    /// <param name="compose">Adds operations to an empty pipeline; must end with images of one size.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Augment(Func<TransformPipeline, TransformPipeline> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        return Augment(compose(TransformPipeline.Empty));
    }

    /// <inheritdoc cref="Augment(Func{TransformPipeline, TransformPipeline})"/>
    /// <param name="pipeline">The operations.</param>
    public TrainerBuilder Augment(TransformPipeline pipeline) => Set(_options with { Augmentation = pipeline });

    /// <summary>How images are prepared for validation and prediction, in place of what the network's metadata says.</summary>
    /// <param name="preprocessing">The sizes, the filter and the statistics.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Preprocess(Preprocessing preprocessing) => Set(_options with { Preprocessing = preprocessing });

    /// <summary>Which parameters are frozen, and until when.</summary>
    /// <param name="policy">See <see cref="FreezePolicy"/>.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Freeze(FreezePolicy policy) => Set(_options with { Freeze = policy });

    /// <summary>What becomes of the running statistics of batch norms.</summary>
    /// <param name="mode">Kept by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder BatchNorm(BatchNormMode mode) => Set(_options with { BatchNorm = mode });

    /// <summary>The optimizer.</summary>
    /// <param name="optimizer">See <see cref="Optimizers"/>.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder OptimizeWith(OptimizerOptions optimizer) => Set(_options with { Optimizer = optimizer });

    /// <summary>How parameters share the learning rate.</summary>
    /// <param name="grouping">The scales of backbone, stages and head.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder GroupParameters(ParameterGroupOptions grouping) => Set(_options with { Grouping = grouping });

    /// <summary>The learning rate's course.</summary>
    /// <param name="schedule">See <see cref="LearningRate"/>.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Schedule(ILearningRateSchedule schedule) => Set(_options with { Schedule = schedule });

    /// <summary>What is learned, in place of what the targets of the data say.</summary>
    /// <param name="task">See <see cref="LearningTask"/>.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Learn(LearningTask task) => Set(_options with { Task = task });

    /// <summary>What training minimizes; the task's default loss by default.</summary>
    /// <param name="loss">See <see cref="Losses"/>.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Minimize(ILoss loss) => Set(_options with { Loss = loss });

    /// <summary>What is measured beside the loss; each call adds to those before. The task's default metrics by default.</summary>
    /// <param name="metrics">See <see cref="Metric"/>.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Measure(params IEnumerable<Metric> metrics)
    {
        ThrowIfBuilt();
        _metrics.AddRange(metrics);
        return this;
    }

    /// <summary>What names the best epoch, and where its model is kept while training goes on.</summary>
    /// <param name="metric">One that is measured, or <see cref="Metric.Loss"/>.</param>
    /// <param name="directory">A folder for <c>best.tlmodel</c>; absent: in memory alone.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder KeepBest(Metric metric, string? directory = null) =>
        Set(_options with { Monitored = metric, CheckpointDirectory = directory });

    /// <summary>Ends the fit when the best epoch lies too far back.</summary>
    /// <param name="patience">How many epochs without improvement.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder StopEarly(int patience) => Set(_options with { Patience = patience });

    /// <summary>Code that watches the fit; each call adds one.</summary>
    /// <param name="create">Makes the observer; called once for each fit, so that no fit sees what another has left in it.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Observe(Func<ITrainingObserver> create)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(create);
        _observers.Add(create);
        return this;
    }

    /// <summary>What happens to whole training batches, such as MixUp; each call adds one.</summary>
    /// <param name="transform">Runs after the transforms of single images.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder TransformBatches(IBatchTransform transform)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(transform);
        _batchTransforms.Add(transform);
        return this;
    }

    /// <summary>In which order an epoch goes through the training images, and how often each comes.</summary>
    /// <param name="sampler">See <see cref="Sampler"/>; shuffled by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder SampleWith(ISampler sampler) => Set(_options with { Sampler = sampler });

    /// <summary>What happens with a batch, in place of forward, loss, backward and update.</summary>
    /// <param name="create">Makes the step; called once for each fit.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder StepWith(Func<StepContext, ITrainingStep> create) => Set(_options with { Step = create });

    /// <summary>Which weights are validated, kept and saved in place of those under training, such as their moving average.</summary>
    /// <param name="create">Makes the weights; called once for each fit.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder EvaluateWith(Func<IEvaluationWeights> create) => Set(_options with { EvaluationWeights = create });

    /// <summary>Changes the options as a whole, for what no verb says.</summary>
    /// <param name="change">From the options so far to those wanted.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder With(Func<TrainerOptions, TrainerOptions> change)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(change);
        _options = change(_options);
        return this;
    }

    /// <summary>Checks everything that was said and makes the trainer.</summary>
    /// <returns>An immutable trainer.</returns>
    /// <exception cref="TrainerConfigurationException">What was said contradicts itself or the data; every problem is listed.</exception>
    /// <exception cref="InvalidOperationException">This builder has built a trainer already.</exception>
    public Trainer Build()
    {
        ThrowIfBuilt();
        TrainerOptions options = _options;
        if (_unsplit is not null)
            options = options with { Data = DatasetSplit.Of(_unsplit, seed: options.Seed) };
        if (_metrics.Count > 0)
            options = options with { Metrics = [.. _metrics] };
        options = options with { Observers = [.. options.Observers, .. _observers], BatchTransforms = [.. options.BatchTransforms, .. _batchTransforms] };

        var trainer = new Trainer(options);
        _built = true;
        return trainer;
    }

    private TrainerBuilder Set(TrainerOptions options, [CallerMemberName] string verb = "")
    {
        ThrowIfBuilt();
        if (!_said.Add(verb))
            throw new InvalidOperationException($"{verb} was said twice; a trainer has one.");
        _options = options;
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
            throw new InvalidOperationException("This builder has built its trainer; start a new sentence with Trainer.FineTune or Trainer.ExtractFeatures.");
    }
}
