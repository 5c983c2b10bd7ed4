using Microsoft.Extensions.Logging;
using TorchSharp;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Training.Observers;

namespace TransferLearning;

// How the work is done. None of it changes what is learned, except for rounding in the last digits.
public sealed partial class TrainerBuilder
{
    /// <summary>Adds a training observer (a callback), created once per fit, so that fits share no state; calls accumulate.</summary>
    public TrainerBuilder Observe(Func<ITrainingObserver> create) => Add(_observers, Require.NotNull(create));

    /// <summary>The logger of the fit; receives epochs at level Information and steps at level Trace.</summary>
    public TrainerBuilder LogTo(ILogger logger) => Set(_options with { Logger = Require.NotNull(logger) });

    /// <summary>The seed of all randomness; 0 by default.</summary>
    public TrainerBuilder Seed(long seed) => Set(_options with { Seed = seed });

    /// <summary>How images are decoded, and within which limits; with SkiaSharp by default.</summary>
    public TrainerBuilder DecodeWith(ImageReader reader) => Set(_options with { Reader = Require.NotNull(reader) });

    /// <summary>What happens when an image cannot be read; by default the fit fails and names the image.</summary>
    public TrainerBuilder WhenUnreadable(UnreadablePolicy policy) => Set(_options with { Unreadable = policy });

    /// <summary>The device and the number of threads. The result does not depend on the number of workers.</summary>
    /// <param name="device">The device of the network; the CPU by default.</param>
    /// <param name="torchThreads">The number of threads that torch computes with; by default the fastest number in a short trial.</param>
    /// <param name="workers">The number of threads that decode and transform images; by default one per core, and at most two where the network computes
    /// on the CPU.</param>
    public TrainerBuilder RunOn(torch.Device? device = null, int? torchThreads = null, int? workers = null) =>
        Set(_options with { Device = device ?? _options.Device, TorchThreads = torchThreads, Workers = workers });

    /// <summary>The memory for decoded images, so that later epochs do not decode them again; 96 MiB by default. Results are the same.</summary>
    public TrainerBuilder CacheImages(long bytes) => Set(_options with { ImageCacheBytes = bytes });

    /// <summary>How many augmented views of each training image a frozen network computes features of, for the head; they are kept for later fits.</summary>
    /// <param name="views">The number of augmented views per image; 3 by default. 0 computes a new one in every epoch, as PyTorch's tutorial does, and keeps
    /// nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="views"/> is negative.</exception>
    public TrainerBuilder CacheFeatures(int views) => CacheFeatures(_options.Features with { Views = views });

    /// <inheritdoc cref="CacheFeatures(int)"/>
    /// <param name="caching">The number of views, their order, and where features are stored.</param>
    public TrainerBuilder CacheFeatures(FeatureCaching caching) => Set(_options with { Features = Require.NotNull(caching) });

    /// <summary>The dtype of the network's activations; <see cref="ComputePrecision.Auto"/> by default.</summary>
    public TrainerBuilder ComputeIn(ComputePrecision precision) => Set(_options with { Precision = precision });
}
