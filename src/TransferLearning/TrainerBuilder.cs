using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Freezing;
using TransferLearning.Imaging;
using TransferLearning.Optimization;
using TransferLearning.Tasks;
using TransferLearning.Published;
using TransferLearning.Training;
using TransferLearning.Transforms;

namespace TransferLearning;

/// <summary>
/// Builds a <see cref="Trainer"/> as a sentence. A concern that can be set once refuses a second time; metrics and
/// observers add up. A builder builds once.
/// </summary>
public sealed class TrainerBuilder
{
    private readonly HashSet<string> _said = [];
    private readonly List<Metric> _metrics = [];
    private readonly List<ITrainingObserver> _observers = [];
    private IDatasetSource? _unsplit;
    private TrainerOptions _options;
    private bool _built;

    private TrainerBuilder(TrainerOptions options) => _options = options;

    internal static TrainerBuilder FineTune(PretrainedBackbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new TrainerBuilder(TrainerDefaults.FineTuning(backbone));
    }

    internal static TrainerBuilder ExtractFeatures(PretrainedBackbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new TrainerBuilder(TrainerDefaults.FeatureExtraction(backbone));
    }

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
    /// <param name="epochs">How many epochs without improvement.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder StopEarly(int epochs) => Set(_options with { Patience = epochs });

    /// <summary>Code that watches the fit; each call adds one.</summary>
    /// <param name="observer">Told of steps and epochs.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Observe(ITrainingObserver observer)
    {
        ThrowIfBuilt();
        ArgumentNullException.ThrowIfNull(observer);
        _observers.Add(observer);
        return this;
    }

    /// <summary>Where the fit is logged.</summary>
    /// <param name="logger">Gets epochs as information and steps as traces.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder LogTo(ILogger logger) => Set(_options with { Logger = logger });

    /// <summary>The seed that all randomness flows from.</summary>
    /// <param name="seed">0 by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder Seed(long seed) => Set(_options with { Seed = seed });

    /// <summary>How images are read.</summary>
    /// <param name="reader">A decoder with its limits; SkiaSharp's by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder DecodeWith(ImageReader reader) => Set(_options with { Reader = reader });

    /// <summary>What becomes of images that cannot be read.</summary>
    /// <param name="policy">The fit fails and names the image by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder WhenUnreadable(UnreadablePolicy policy) => Set(_options with { Unreadable = policy });

    /// <summary>Where and with how many threads the work is done; the result depends on neither the workers nor their speed.</summary>
    /// <param name="device">Where torch computes; the CPU by default.</param>
    /// <param name="torchThreads">The threads that torch computes with; what a trial finds fastest by default.</param>
    /// <param name="workers">The threads that decode and transform.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder RunOn(torch.Device? device = null, int? torchThreads = null, int? workers = null) =>
        Set(_options with { Device = device ?? _options.Device, TorchThreads = torchThreads, Workers = workers });

    /// <summary>Memory for decoded images, so that later epochs need not decode them again; results are the same.</summary>
    /// <param name="bytes">At most this much; 96 MiB by default, 0 keeps none.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder CacheImages(long bytes) => Set(_options with { ImageCacheBytes = bytes });

    /// <summary>How often a frozen network looks at each training image, in epochs that train the head alone; what it saw is kept for later fits.</summary>
    /// <param name="views">Augmented views an image; 0 computes a new one in every epoch, as PyTorch's tutorial does, and keeps nothing.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="views"/> is negative.</exception>
    public TrainerBuilder CacheFeatures(int views) => CacheFeatures(_options.Features with { Views = views });

    /// <inheritdoc cref="CacheFeatures(int)"/>
    /// <param name="reuse">The views, their order, and where features are kept.</param>
    public TrainerBuilder CacheFeatures(FeatureCaching reuse)
    {
        ArgumentNullException.ThrowIfNull(reuse);
        return Set(_options with { Features = reuse });
    }

    /// <summary>The number format of the network's activations.</summary>
    /// <param name="precision"><see cref="ComputePrecision.Auto"/> by default.</param>
    /// <returns>This builder.</returns>
    public TrainerBuilder ComputeIn(ComputePrecision precision) => Set(_options with { Precision = precision });

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
        if (options.Data is null)
            throw new TrainerConfigurationException(["There are no images to learn from: say .On(ImageFolder.Open(folder)) before .Build()."]);
        if (_metrics.Count > 0)
            options = options with { Metrics = [.. _metrics] };
        options = options with { Observers = [.. options.Observers, .. _observers] };

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
