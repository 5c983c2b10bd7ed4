using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning.Batching;

/// <summary>How samples become batches. The batches are the same at any <see cref="Workers"/> and <see cref="PrefetchBatches"/>.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Samples per batch.</summary>
    /// <value>32; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize { get; init => field = Require.AtLeast(1, value); } = 32;

    /// <summary>Threads that decode and transform in the background; 0 does it on the consuming thread.</summary>
    /// <value>2, or 1 where the machine has a single core; at least 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Workers { get; init => field = Require.AtLeast(0, value); } = Math.Min(2, Environment.ProcessorCount);

    /// <summary>Batches that the workers may be ahead of the consumer; each takes about 12 bytes a pixel of every image.</summary>
    /// <value>2; at least 1. Without workers nothing is loaded ahead.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int PrefetchBatches { get; init => field = Require.AtLeast(1, value); } = 2;

    /// <summary>In which order an epoch goes through the samples, and how often each comes.</summary>
    /// <value><see cref="Batching.Sampler.InOrder"/>.</value>
    public ISampler Sampler { get; init; } = Batching.Sampler.InOrder;

    /// <summary>How targets are encoded.</summary>
    /// <value>Classification.</value>
    public LearningTask Task { get; init; } = LearningTask.Classification;

    /// <summary>What the orders and all random transforms depend on.</summary>
    /// <value>0.</value>
    public long Seed { get; init; }

    /// <summary>Whether a last batch that falls short of <see cref="BatchSize"/> is left out.</summary>
    /// <value>False.</value>
    public bool DropLast { get; init; }

    /// <summary>What happens to a sample that cannot be opened or decoded.</summary>
    /// <value>Fail.</value>
    public UnreadablePolicy Unreadable { get; init; } = UnreadablePolicy.Fail;

    /// <summary>
    /// Memory for images that are kept from epoch to epoch, as 8-bit pixels, after those operations at the start of the
    /// pipeline that are not random. The first to come are kept, until the memory is used up; the others are read again.
    /// </summary>
    /// <value>0 bytes, which keeps none; at least 0. A finished image of 224 x 224 takes 150 KB, a decoded one of 500 x 375 takes 563 KB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long CacheBytes { get; init => field = Require.AtLeast(0, value); }

    /// <summary>How many batches so many samples make.</summary>
    internal int BatchesOf(int samples) => (int)((samples + (DropLast ? 0 : BatchSize - 1L)) / BatchSize);
}
