using Microsoft.Extensions.Logging;
using TorchSharp;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Imaging;

namespace TransferLearning;

// How the work is done: none of it changes what is learned, but for the last digits.
public sealed partial class TrainerBuilder
{
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
}
