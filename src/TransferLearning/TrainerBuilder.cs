using System.Runtime.CompilerServices;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Freezing;
using TransferLearning.Internal;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Transforms;

namespace TransferLearning;

/// <summary>Builds a <see cref="Trainer"/> step by step: every other method returns this builder. Each setting can be set once; metrics, observers and batch
/// transforms accumulate. A builder builds one trainer.</summary>
/// <remarks>Every method throws an <see cref="ArgumentNullException"/> for a required argument that is null, and an <see cref="InvalidOperationException"/>
/// for a setting that is set twice or after <see cref="Build"/>. Not thread-safe.</remarks>
public sealed partial class TrainerBuilder
{
    private readonly HashSet<string> _called = [];
    private readonly List<Metric> _metrics = [];
    private readonly List<Func<ITrainingObserver>> _observers = [];
    private readonly List<IBatchTransform> _batchTransforms = [];
    private IDatasetSource? _unsplit;
    private TrainerOptions _options;
    private bool _built;

    /// <param name="backbone">The network.</param>
    /// <param name="defaults">The options to start from; the data, absent at first, are demanded at the end.</param>
    internal TrainerBuilder(PretrainedBackbone backbone, Func<PretrainedBackbone, DatasetSplit, TrainerOptions> defaults)
        : this(data => defaults(backbone, data))
    {
    }

    internal TrainerBuilder(Func<DatasetSplit, TrainerOptions> defaults) => _options = defaults(null!);

    /// <summary>The images to train and to validate on.</summary>
    /// <param name="data">Both sets; they must have the same classes.</param>
    public TrainerBuilder On(DatasetSplit data) => Set(_options with { Data = Require.NotNull(data) });

    /// <summary>The images to train on. A folder with train and val subfolders keeps its split; else a fifth is for validation, by class.</summary>
    /// <param name="source">All images.</param>
    public TrainerBuilder On(IDatasetSource source)
    {
        _unsplit = Require.NotNull(source);
        return Set(_options);
    }

    /// <summary>The number of epochs and the batch size.</summary>
    /// <param name="epochs">The maximum number of epochs; 25 by default.</param>
    /// <param name="batchSize">The number of images per step; 16 by default.</param>
    public TrainerBuilder For(int epochs, int? batchSize = null) =>
        Set(_options with { Epochs = epochs, BatchSize = batchSize ?? _options.BatchSize });

    /// <summary>The augmentation of training images; a random resized crop and a random horizontal flip by default.</summary>
    /// <param name="compose">Adds operations to an empty pipeline; the resulting images must all have the same size.</param>
    public TrainerBuilder Augment(Func<TransformPipeline, TransformPipeline> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        return Augment(compose(TransformPipeline.Empty));
    }

    /// <inheritdoc cref="Augment(Func{TransformPipeline, TransformPipeline})"/>
    /// <param name="pipeline">The operations.</param>
    public TrainerBuilder Augment(TransformPipeline pipeline) => Set(_options with { Augmentation = Require.NotNull(pipeline) });

    /// <summary>How images are prepared for validation and prediction; as the network's metadata says by default.</summary>
    /// <param name="preprocessing">The sizes, the interpolation and the mean and standard deviation.</param>
    public TrainerBuilder Preprocess(Preprocessing preprocessing) => Set(_options with { Preprocessing = Require.NotNull(preprocessing) });

    /// <summary>Which parameters are frozen, and until when.</summary>
    public TrainerBuilder Freeze(FreezePolicy policy) => Set(_options with { Freeze = Require.NotNull(policy) });

    /// <summary>Whether batch normalization updates its running statistics; <see cref="BatchNormMode.Frozen"/> by default.</summary>
    public TrainerBuilder BatchNorm(BatchNormMode mode) => Set(_options with { BatchNorm = mode });

    /// <summary>The optimizer; see <see cref="Optimizers"/>.</summary>
    public TrainerBuilder OptimizeWith(OptimizerOptions optimizer) => Set(_options with { Optimizer = Require.NotNull(optimizer) });

    /// <summary>How the learning rate and the weight decay differ between parameter groups.</summary>
    public TrainerBuilder GroupParameters(ParameterGroupOptions grouping) => Set(_options with { Grouping = Require.NotNull(grouping) });

    /// <summary>The learning-rate schedule, see <see cref="LearningRate"/>; half a cosine by default.</summary>
    public TrainerBuilder Schedule(ILearningRateSchedule schedule) => Set(_options with { Schedule = Require.NotNull(schedule) });

    /// <summary>The learning task; derived from the targets of the data by default.</summary>
    public TrainerBuilder Learn(LearningTask task) => Set(_options with { Task = Require.NotNull(task) });

    /// <summary>The loss that training minimizes, see <see cref="Losses"/>; the task's default loss by default.</summary>
    public TrainerBuilder Minimize(ILoss loss) => Set(_options with { Loss = Require.NotNull(loss) });

    /// <summary>The metrics besides the loss; calls accumulate. The task's default metrics by default.</summary>
    public TrainerBuilder Measure(params IEnumerable<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return Add(_metrics, metrics.Select(metric => Require.NotNull(metric, nameof(metrics))));
    }

    /// <summary>The validation metric that selects the best epoch, and where the best model so far is saved during training.</summary>
    /// <param name="metric">One of the measured metrics, or <see cref="Metric.Loss"/>.</param>
    /// <param name="directory">The folder for <c>best.tlmodel</c> or, since no file of another fit is replaced, <c>best-2.tlmodel</c> and so on: see <see
    /// cref="TrainingResult.BestModelFile"/>. Null keeps the best model in memory only.</param>
    public TrainerBuilder KeepBest(Metric metric, string? directory = null) =>
        Set(_options with { Monitored = Require.NotNull(metric), CheckpointDirectory = directory });

    /// <summary>Stops the fit when the monitored metric has not improved for a number of epochs, at least 1.</summary>
    public TrainerBuilder StopEarly(int patience) => Set(_options with { Patience = patience });

    /// <summary>Adds a transform of whole training batches, such as MixUp, after those of single images; calls accumulate.</summary>
    public TrainerBuilder TransformBatches(IBatchTransform transform) => Add(_batchTransforms, Require.NotNull(transform));

    /// <summary>The order of the training images within an epoch, and how often each occurs, see <see cref="Sampler"/>; shuffled by default.</summary>
    public TrainerBuilder SampleWith(ISampler sampler) => Set(_options with { Sampler = Require.NotNull(sampler) });

    /// <summary>Replaces the training step, created once per fit; forward, loss, backward and update by default.</summary>
    public TrainerBuilder StepWith(Func<StepContext, ITrainingStep> create) => Set(_options with { Step = Require.NotNull(create) });

    /// <summary>Validates and saves other weights than the ones being trained, such as their moving average; created once per fit.</summary>
    public TrainerBuilder EvaluateWith(Func<IEvaluationWeights> create) => Set(_options with { EvaluationWeights = Require.NotNull(create) });

    /// <summary>Changes the options as a whole, for settings without a method of their own.</summary>
    /// <param name="change">Takes the current options and returns the changed ones.</param>
    public TrainerBuilder With(Func<TrainerOptions, TrainerOptions> change)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(change);
        _options = change(_options);
        return this;
    }

    /// <summary>Checks all settings and creates the trainer.</summary>
    /// <returns>An immutable trainer.</returns>
    /// <exception cref="TrainerConfigurationException">The settings contradict each other or the data; the message lists every problem.</exception>
    /// <exception cref="InvalidOperationException">This builder has already built a trainer.</exception>
    public Trainer Build()
    {
        ThrowIfBuilt();
        TrainerOptions options = _options;
        if (_unsplit is not null)
            options = options with { Data = DatasetSplit.Of(_unsplit, seed: options.Seed) };
        if (_metrics.Count > 0)
            options = options with { Metrics = [.. _metrics] };
        options = options with { Observers = [.. options.Observers, .. _observers], BatchTransforms = [.. options.BatchTransforms, .. _batchTransforms] };

        var trainer = new Trainer(WithAdvice(options));
        _built = true;
        return trainer;
    }

    private TrainerBuilder Set(TrainerOptions options, [CallerMemberName] string method = "")
    {
        ThrowIfBuilt();
        if (!_called.Add(method))
            throw new InvalidOperationException($"{method} was called twice; it can be set once.");
        _options = options;
        return this;
    }

    private TrainerBuilder Add<T>(List<T> list, params IEnumerable<T> items)
    {
        ThrowIfBuilt();
        list.AddRange(items);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException(
                "This builder has already built its trainer; start a new one with Trainer.FineTune or Trainer.ExtractFeatures.");
        }
    }
}
