using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Freezing;
using TransferLearning.Imaging;
using TransferLearning.Native;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Training.Observers;
using TransferLearning.Training.SolvedHeads;
using TransferLearning.Transforms;

namespace TransferLearning.Training;

/// <summary>All settings of a fit. Immutable. The methods of <see cref="TrainerBuilder"/> set these; without a builder, start from <see
/// cref="ForFineTuning"/> or <see cref="ForFeatureExtraction"/>, which have the same defaults. docs/coming-from-pytorch.md has the measurements behind
/// both.</summary>
public sealed partial record TrainerOptions
{
    /// <summary>The settings that <see cref="Trainer.FineTune"/> starts from. The head is solved, for a random one would send large errors into good features
    /// (Kumar et al., 2022), or trains alone for two epochs where it cannot be; then everything trains, the backbone at a tenth of the head's rate.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="data">The images to train and to validate on.</param>
    /// <returns>Options, to be changed by <c>with</c>.</returns>
    public static TrainerOptions ForFineTuning(PretrainedBackbone backbone, DatasetSplit data)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new TrainerOptions
        {
            Backbone = backbone,
            Data = data,
            Freeze = HeadDecision.HeadFirst,
            // Clipped gradients keep networks with frozen batch norm from running away, as MobileNetV2 does without.
            Optimizer = Optimizers.Sgd(learningRate: 1e-2, momentum: 0.9) with { MaxGradientNorm = 1 },
            Grouping = new ParameterGroupOptions { BackboneScale = 0.1 },
        };
    }

    /// <summary>The settings that <see cref="Trainer.ExtractFeatures"/> starts from: the head alone trains, from a solved one where it can be solved.</summary>
    /// <inheritdoc cref="ForFineTuning" path="/param"/>
    /// <inheritdoc cref="ForFineTuning" path="/returns"/>
    public static TrainerOptions ForFeatureExtraction(PretrainedBackbone backbone, DatasetSplit data)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new TrainerOptions
        {
            Backbone = backbone,
            Data = data,
            Freeze = FreezePolicy.Backbone,
            Optimizer = HeadDecision.ForRandomHead,
        };
    }

    /// <summary>The network to start from.</summary>
    public required PretrainedBackbone Backbone { get; init; }

    /// <summary>The images to train and to validate on.</summary>
    public required DatasetSplit Data { get; init; }

    /// <summary>The maximum number of epochs.</summary>
    /// <value>At least 1, or 0 if the head is solved first; 25 by default, as in PyTorch's transfer-learning tutorial.</value>
    public int Epochs { get; init; } = 25;

    /// <summary>The number of images per step.</summary>
    /// <value>At least 1; 16 by default.</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>The augmentation of training images; the resulting images must all have the same size.</summary>
    /// <value>Null by default: a random resized crop to the network's input size, and a horizontal flip with probability 0.5.</value>
    public TransformPipeline? Augmentation { get; init; }

    /// <summary>How images are prepared for validation and prediction.</summary>
    /// <value>Null by default: as the network's metadata says.</value>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Which parameters are frozen, and until which epoch.</summary>
    /// <value><see cref="FreezePolicy.Nothing"/> by default.</value>
    public FreezePolicy Freeze { get; init; } = FreezePolicy.Nothing;

    /// <summary>Whether batch normalization updates its running statistics.</summary>
    /// <value><see cref="BatchNormMode.Frozen"/> by default: they keep their pretrained values.</value>
    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Frozen;

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>How the learning rate and the weight decay differ between parameter groups.</summary>
    public ParameterGroupOptions Grouping { get; init; } = new();

    /// <summary>The learning-rate schedule.</summary>
    /// <value>By default <see cref="LearningRate.Cosine"/>, from the base learning rate to 0.</value>
    public ILearningRateSchedule Schedule { get; init; } = EpochSettings.DefaultSchedule;

    /// <summary>The learning task.</summary>
    /// <value>By default derived from the targets of the data: classification, multi-label classification or regression.</value>
    [AllowNull]
    public LearningTask Task { get => field ?? LearningTask.For(Data); init; }

    /// <summary>The loss that training minimizes.</summary>
    /// <value>The default of the task, such as cross-entropy for classification.</value>
    [AllowNull]
    public ILoss Loss { get => field ?? Task.DefaultLoss; init; }

    /// <summary>The metrics besides the loss.</summary>
    /// <value>The default of the task, such as accuracy for classification.</value>
    [AllowNull]
    public IReadOnlyList<Metric> Metrics { get => field ?? Task.DefaultMetrics; init; }

    /// <summary>The validation metric that selects the best epoch; one of <see cref="Metrics"/>, or <see cref="Metric.Loss"/>.</summary>
    /// <value>Null by default: the first of <see cref="Metrics"/>, or the loss if there is none.</value>
    public Metric? Monitored { get; init; }

    /// <summary>The folder in which the best model so far is saved during training.</summary>
    /// <value>Null by default: the best model is kept in memory only.</value>
    public string? CheckpointDirectory { get; init; }

    /// <summary>The number of epochs without improvement after which training stops early.</summary>
    /// <value>At least 1; null by default, which disables early stopping.</value>
    public int? Patience { get; init; }

    /// <summary>Creates the training observers (callbacks); each function is called once per fit.</summary>
    public IReadOnlyList<Func<ITrainingObserver>> Observers { get; init; } = [];

    /// <summary>The order of the training images within an epoch, and how often each occurs.</summary>
    /// <value>By default shuffled anew in every epoch.</value>
    public ISampler Sampler { get; init; } = Batching.Sampler.Shuffled;

    /// <summary>Transforms of whole training batches, in order.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<IBatchTransform> BatchTransforms { get; init; } = [];

    /// <summary>Creates the training step; called once per fit.</summary>
    /// <value>By default forward, loss, backward, update, with <see cref="AccumulatedBatches"/> and <see cref="SharpnessRadius"/>.</value>
    [AllowNull]
    public Func<StepContext, ITrainingStep> Step { get => _step ?? _builtInStep; init => _step = value; }

    /// <summary>Creates the weights that are validated and saved instead of the ones being trained; called once per fit.</summary>
    /// <value>Null by default: the trained weights.</value>
    public Func<IEvaluationWeights>? EvaluationWeights { get; init; }

    /// <summary>The logger: epochs at level Information, steps at level Trace.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The seed of all randomness: split, order, augmentation, initialization of the head, dropout.</summary>
    /// <value>0 by default.</value>
    public long Seed { get; init; }

    /// <summary>How images are decoded.</summary>
    /// <value>By default with SkiaSharp.</value>
    public ImageReader Reader { get; init; } = new(new SkiaImageDecoder());

    /// <summary>What happens when an image cannot be read.</summary>
    /// <value><see cref="UnreadablePolicy.Fail"/> by default: the fit fails and names the image.</value>
    public UnreadablePolicy Unreadable { get; init; } = UnreadablePolicy.Fail;

    /// <summary>The number of background threads that decode and transform images.</summary>
    /// <value>At least 0; null by default: one per core, and at most two where the network computes on the CPU.</value>
    public int? Workers { get; init; }

    /// <summary>The memory for decoded images that are reused in later epochs; validation images first, then training images.</summary>
    /// <value>At least 0; 96 MiB by default, enough for 660 validation images of 224 x 224 or 170 training images of 500 x 375.</value>
    public long ImageCacheBytes { get; init; } = 96L << 20;

    /// <summary>How features of a frozen backbone are cached in epochs that train only the head.</summary>
    public FeatureCaching Features { get; init; } = new();

    /// <summary>The dtype of the network's activations.</summary>
    /// <value><see cref="ComputePrecision.Auto"/> by default: bfloat16 if the network and the processor support it well.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Auto;

    /// <summary>
    /// The number of threads that torch computes with on the fit's thread. More threads than idle cores are many times slower. The last
    /// digits of the weights depend on the number. Other threads keep their number, and new ones start with the process-wide number.
    /// </summary>
    /// <value>At least 1; null by default: all torch threads, half of them, or one, whichever is fastest in a short trial.</value>
    public int? TorchThreads { get; init; }

    /// <summary>The device of the network.</summary>
    /// <value>The CPU by default.</value>
    public torch.Device Device { get; init; } = ComputeDevice.Default;

    /// <summary>Whether the network takes the cores that torch's threads and the loader's workers would share.</summary>
    internal bool ComputesOnCpu => Device.type == DeviceType.CPU;

    /// <summary>Where downloaded weights are stored, and how they are downloaded.</summary>
    /// <value>Null by default: in the user's cache folder or where environment variables say, with failed attempts logged to <see cref="Logger"/>.</value>
    public WeightsStoreOptions? WeightsStore { get; init; }

    /// <summary><see cref="Preprocessing"/>, or that of the network's metadata.</summary>
    internal Preprocessing EvaluationPreprocessing => Preprocessing ?? Backbone.Info.Preprocessing;

    /// <summary>The metric that selects the best epoch.</summary>
    internal Metric Best => Monitored ?? (Metrics.Count > 0 ? Metrics[0] : Metric.Loss);
}
