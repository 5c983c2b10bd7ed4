using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Freezing;
using TransferLearning.Imaging;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Training.Observers;
using TransferLearning.Transforms;

namespace TransferLearning.Training;

/// <summary>
/// Every setting of a fit. The verbs of <see cref="TrainerBuilder"/> write these; without a builder, start from
/// <see cref="ForFineTuning"/> or <see cref="ForFeatureExtraction"/>, which set what the verbs set. docs/coming-from-pytorch.md holds
/// the measurements behind both.
/// </summary>
public sealed record TrainerOptions
{
    /// <summary>
    /// The settings that <see cref="Trainer.FineTune"/> starts from. The head alone trains for two epochs, for a random head would
    /// send large errors into good features (Kumar et al., 2022); then everything, the backbone at a tenth of the head's rate.
    /// </summary>
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
            Freeze = FreezePolicy.Backbone.ForEpochs(2),
            // Clipped gradients keep networks with frozen batch norm from running away, as MobileNetV2 does without.
            Optimizer = Optimizers.Sgd(learningRate: 1e-2, momentum: 0.9) with { MaxGradientNorm = 1 },
            Grouping = new ParameterGroupOptions { BackboneScale = 0.1 },
        };
    }

    /// <summary>The settings that <see cref="Trainer.ExtractFeatures"/> starts from: the head alone trains.</summary>
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
            Optimizer = Optimizers.AdamW(learningRate: 2e-3),
        };
    }

    /// <summary>The network to start from.</summary>
    public required PretrainedBackbone Backbone { get; init; }

    /// <summary>The images to train and to validate on.</summary>
    public required DatasetSplit Data { get; init; }

    /// <summary>The most epochs.</summary>
    /// <value>25, as in PyTorch's transfer-learning tutorial.</value>
    public int Epochs { get; init; } = 25;

    /// <summary>The images in a step.</summary>
    /// <value>16.</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>What happens to training images; must end with images of one size.</summary>
    /// <value>Null: a random resized crop to the network's size, and a horizontal flip half of the time.</value>
    public TransformPipeline? Augmentation { get; init; }

    /// <summary>How images are prepared for validation and prediction.</summary>
    /// <value>Null: as the network's metadata says.</value>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Which parameters are frozen, and until when.</summary>
    /// <value>Nothing is frozen.</value>
    public FreezePolicy Freeze { get; init; } = FreezePolicy.Nothing;

    /// <summary>What becomes of the running statistics of batch norms.</summary>
    /// <value>They keep their pretrained values.</value>
    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Frozen;

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>How parameters share the learning rate.</summary>
    public ParameterGroupOptions Grouping { get; init; } = new();

    /// <summary>The learning rate's course.</summary>
    /// <value>Half a cosine, from the full rate to 0.</value>
    public ILearningRateSchedule Schedule { get; init; } = LearningRate.Cosine();

    /// <summary>What is learned.</summary>
    /// <value>What the targets of the data say: classification, multi-label classification or regression.</value>
    [AllowNull]
    public LearningTask Task { get => field ?? LearningTask.For(Data); init; }

    /// <summary>What training minimizes.</summary>
    /// <value>The task's default: cross-entropy, in classification.</value>
    [AllowNull]
    public ILoss Loss { get => field ?? Task.DefaultLoss; init; }

    /// <summary>What is measured beside the loss.</summary>
    /// <value>The task's default: accuracy, in classification.</value>
    [AllowNull]
    public IReadOnlyList<Metric> Metrics { get => field ?? Task.DefaultMetrics; init; }

    /// <summary>The validation metric that names the best epoch; one of <see cref="Metrics"/>, or <see cref="Metric.Loss"/>.</summary>
    /// <value>Null: the first of <see cref="Metrics"/>, or the loss where there is none.</value>
    public Metric? Monitored { get; init; }

    /// <summary>Where the best model so far is kept as a file while training goes on.</summary>
    /// <value>Null: in memory alone.</value>
    public string? CheckpointDirectory { get; init; }

    /// <summary>How many epochs without improvement end the fit.</summary>
    /// <value>Null: no number does.</value>
    public int? Patience { get; init; }

    /// <summary>Code that watches the fit: each is called once for each fit.</summary>
    public IReadOnlyList<Func<ITrainingObserver>> Observers { get; init; } = [];

    /// <summary>In which order an epoch goes through the training images, and how often each comes.</summary>
    /// <value>A random order of every epoch's own.</value>
    public ISampler Sampler { get; init; } = Batching.Sampler.Shuffled;

    /// <summary>What happens to whole training batches, in order.</summary>
    /// <value>Nothing.</value>
    public IReadOnlyList<IBatchTransform> BatchTransforms { get; init; } = [];

    /// <summary>Makes the step of a fit.</summary>
    /// <value>Forward, loss, backward, update.</value>
    public Func<StepContext, ITrainingStep> Step { get; init; } = context => new TrainingStep(context);

    /// <summary>Makes the weights that are validated, kept and saved in place of those under training; called once for each fit.</summary>
    /// <value>Null: those under training.</value>
    public Func<IEvaluationWeights>? EvaluationWeights { get; init; }

    /// <summary>Where the fit is logged: epochs as information, steps as traces.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The one seed that all randomness flows from: the split, the order, the augmentation, the head, dropout.</summary>
    /// <value>0.</value>
    public long Seed { get; init; }

    /// <summary>How images are read.</summary>
    public ImageReader Reader { get; init; } = new(new SkiaImageDecoder());

    /// <summary>What becomes of images that cannot be read.</summary>
    /// <value>The fit fails and names the image.</value>
    public UnreadablePolicy Unreadable { get; init; } = UnreadablePolicy.Fail;

    /// <summary>The threads that decode and transform beside the one that trains.</summary>
    /// <value>Null: one for each core, two at most.</value>
    public int? Workers { get; init; }

    /// <summary>Memory for decoded images that epochs share; first those of validation, then those of training.</summary>
    /// <value>100,663,296 bytes, 96 MiB, which is 660 validation images of 224 x 224 or 170 training images of 500 x 375; at least 0.</value>
    public long ImageCacheBytes { get; init; } = 96L << 20;

    /// <summary>How often a frozen network looks at each image, in epochs that train the head alone.</summary>
    public FeatureCaching Features { get; init; } = new();

    /// <summary>The number format of the network's activations.</summary>
    /// <value>Auto: bfloat16 where the network and the processor are made for it.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Auto;

    /// <summary>The threads that torch computes with. More than the idle cores make it many times slower; other numbers change the last digits of the weights.</summary>
    /// <value>Null: as many as torch has (one for each core), half of them, or one, whichever a trial at the start of the fit finds fastest.</value>
    public int? TorchThreads { get; init; }

    /// <summary>Where torch computes.</summary>
    /// <value>The processor.</value>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Where published weights are kept, and how they are fetched.</summary>
    /// <value>Null: in the user's cache folder, as the environment variables say, and with failed attempts told to <see cref="Logger"/>.</value>
    public WeightsStoreOptions? WeightsStore { get; init; }

    /// <summary>How images are prepared for validation and prediction: as said, or as the network's metadata says.</summary>
    internal Preprocessing EvaluationPreprocessing => Preprocessing ?? Backbone.Info.Preprocessing;

    /// <summary>The metric that names the best epoch.</summary>
    internal Metric Best => Monitored ?? (Metrics.Count > 0 ? Metrics[0] : Metric.Loss);
}
