using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning.Batching;

/// <summary>Options of a <see cref="BatchLoader"/>. Immutable. The batches do not depend on <see cref="Workers"/> and <see cref="PrefetchBatches"/>.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>The number of samples per batch.</summary>
    /// <value>At least 1; 32 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize { get; init => field = Require.AtLeast(1, value); } = 32;

    /// <summary>The number of background threads that decode and transform; 0 loads on the consuming thread.</summary>
    /// <value>At least 0; by default 2, or 1 on a single core.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Workers { get; init => field = Require.AtLeast(0, value); } = Math.Min(2, Environment.ProcessorCount);

    /// <summary>The number of batches loaded ahead; each takes about 12 bytes per pixel.</summary>
    /// <value>At least 1; 2 by default. Without workers nothing is loaded ahead.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int PrefetchBatches { get; init => field = Require.AtLeast(1, value); } = 2;

    /// <summary>The order of the samples within an epoch, and how often each occurs.</summary>
    /// <value><see cref="Batching.Sampler.InOrder"/> by default.</value>
    public ISampler Sampler { get; init; } = Batching.Sampler.InOrder;

    /// <summary>The learning task, which encodes the targets.</summary>
    /// <value><see cref="LearningTask.Classification"/> by default.</value>
    public LearningTask Task { get; init; } = LearningTask.Classification;

    /// <summary>The seed of the order and of all random transforms.</summary>
    /// <value>0 by default.</value>
    public long Seed { get; init; }

    /// <summary>Whether to drop the last batch if it is smaller than <see cref="BatchSize"/>.</summary>
    /// <value>False by default.</value>
    public bool DropLast { get; init; }

    /// <summary>What happens to a sample that cannot be opened or decoded.</summary>
    /// <value><see cref="UnreadablePolicy.Fail"/> by default.</value>
    public UnreadablePolicy Unreadable { get; init; } = UnreadablePolicy.Fail;

    /// <summary>The memory in bytes for images that are cached between epochs, as 8-bit pixels, after the non-random transforms at the start of the pipeline.
    /// Images are cached until the memory is used up; the others are decoded again.</summary>
    /// <value>At least 0; 0 by default, which caches none. An image of 224 x 224 takes 150 KB, one of 500 x 375 takes 563 KB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long CacheBytes { get; init => field = Require.AtLeast(0, value); }

    /// <summary>How many batches so many samples make.</summary>
    internal int BatchesOf(int samples) => (int)((samples + (DropLast ? 0 : BatchSize - 1L)) / BatchSize);
}
