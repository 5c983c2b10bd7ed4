using System.Buffers;
using System.Diagnostics;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>
/// Turns the samples of a source into batches, epoch by epoch: background threads decode, transform and normalise;
/// the consuming thread makes the tensors. Order and bits of the batches depend on the seed and the epoch alone.
/// </summary>
public sealed class BatchLoader : IBatchSource
{
    /// <summary>The key in <see cref="Exception.Data"/> under which an exception that loading a sample ended with carries the sample's name.</summary>
    public const string SampleNameKey = "TransferLearning.SampleName";

    private readonly IDatasetSource _source;
    private readonly BatchLoaderOptions _options;
    private readonly ImageCache _cache;
    private readonly SampleReader _reader;
    private readonly Func<int, int>? _randomIndex;
    private readonly OrderedDictionary<int, SkippedSample> _skipped = [];
    private long _waited; // in ticks of the stopwatch

    /// <summary>Makes a loader; nothing is read yet.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="pipeline">What happens to each image; must end with a fixed size unless all images have one.</param>
    /// <param name="fallbackStatistics">What the pixels are normalised with where the pipeline has no statistics of its own.</param>
    /// <param name="reader">What decodes.</param>
    /// <param name="options">Batch size, threads, order.</param>
    /// <exception cref="ArgumentException">The source has no samples, or fewer than one batch of them where a short one is dropped.</exception>
    public BatchLoader(IDatasetSource source, TransformPipeline pipeline, ChannelStatistics fallbackStatistics, ImageReader reader, BatchLoaderOptions? options = null)
        : this(source, pipeline, fallbackStatistics, reader, options, buffers: null)
    {
    }

    /// <param name="source">The samples.</param>
    /// <param name="pipeline">What happens to each image.</param>
    /// <param name="fallbackStatistics">What the pixels are normalized with where the pipeline has no statistics of its own.</param>
    /// <param name="reader">What decodes.</param>
    /// <param name="options">Batch size, threads, order.</param>
    /// <param name="buffers">Where floats are kept until they become a batch; null: a shared pool.</param>
    /// <param name="randomIndex">What the random transforms of a sample are named by; null: its position in the source.</param>
    internal BatchLoader(
        IDatasetSource source, TransformPipeline pipeline, ChannelStatistics fallbackStatistics, ImageReader reader,
        BatchLoaderOptions? options, ArrayPool<float>? buffers, Func<int, int>? randomIndex = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(fallbackStatistics);
        ArgumentNullException.ThrowIfNull(reader);
        _source = source;
        _options = options ?? new BatchLoaderOptions();
        _cache = new ImageCache(_options.CacheBytes);
        _randomIndex = randomIndex;
        var normalizer = new Normalizer(pipeline.Statistics ?? fallbackStatistics);
        var preparer = new ImagePreparer(new PipelineReader(reader, pipeline, _cache), normalizer, buffers ?? LargeArrayPool<float>.Shared);
        _reader = new SampleReader(source, preparer, _options);
        if (SampleCount == 0)
            throw new ArgumentException("The source has no samples; a batch needs at least one.", nameof(source));
        if (BatchesPerEpoch == 0)
            throw new ArgumentException($"The source has {SampleCount} samples, which is less than one batch of {_options.BatchSize}; with {nameof(BatchLoaderOptions.DropLast)} there would be none.", nameof(options));
    }

    /// <summary>How many samples the source has.</summary>
    public int SampleCount => _source.Samples.Count;

    /// <summary>How many batches an epoch has; fewer come where a whole batch is unreadable and skipped.</summary>
    public int BatchesPerEpoch => _options.BatchesOf(SampleCount);

    /// <summary>The samples that were left out as unreadable so far, each once, in the order in which they came up.</summary>
    public IReadOnlyList<SkippedSample> Skipped
    {
        get
        {
            lock (_skipped)
                return [.. _skipped.Values];
        }
    }

    /// <summary>The same with each sample's position in the source.</summary>
    internal IReadOnlyList<(int Index, SkippedSample Skipped)> SkippedByIndex
    {
        get
        {
            lock (_skipped)
                return [.. _skipped.Select(entry => (entry.Key, entry.Value))];
        }
    }

    /// <summary>How long the consuming thread was kept, over all epochs: by waiting for samples, loading them where there are no workers, and making tensors.</summary>
    /// <remarks>Beside the time that an epoch took, it tells whether more workers or a cache would make it faster.</remarks>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _waited));

    /// <summary>The bytes of the images that are kept; at most <see cref="BatchLoaderOptions.CacheBytes"/>.</summary>
    internal long CachedBytes => _cache.Used;

    /// <summary>The batches of one epoch. Going through them again loads them again, bit by bit the same.</summary>
    /// <remarks>
    /// The caller disposes each batch. Leaving the loop early, by break or exception, stops the threads and waits for
    /// them. An exception that loading a sample ends with arrives as itself when its batch is due, and carries the
    /// sample's name under <see cref="SampleNameKey"/>.
    /// </remarks>
    /// <param name="epoch">The epoch, from 1: a part of what the order and all random transforms depend on.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The batches, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is below 1.</exception>
    /// <exception cref="ImageFormatException">An image is unreadable, and such are not skipped.</exception>
    /// <exception cref="InvalidDataException">Every image is unreadable.</exception>
    /// <exception cref="InvalidOperationException">The images of a batch are not of one size.</exception>
    /// <exception cref="TransformException">A transform failed.</exception>
    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        return Load(epoch, cancellationToken);
    }

    /// <summary>The batches of one epoch, of which nothing may be left.</summary>
    internal IEnumerable<Batch> GetReadableBatches(int epoch, CancellationToken cancellationToken) => Load(epoch, cancellationToken, mayBeEmpty: true);

    private IEnumerable<Batch> Load(int epoch, CancellationToken cancellationToken, bool mayBeEmpty = false)
    {
        EpochOrder[] order = EpochOrder.Of(_source.Samples, epoch, _options);
        int count = (int)Math.Min(SampleCount, (long)BatchesPerEpoch * _options.BatchSize);
        int ahead = (int)Math.Min(count, (long)_options.PrefetchBatches * _options.BatchSize);
        using var samples = new OrderedPrefetch<LoadedSample>(count, ahead, _options.Workers, position => _reader.Read(KeyOf(order[position], epoch)), _reader.Release, cancellationToken);

        bool any = false;
        for (int start = 0; start < count; start += _options.BatchSize)
        {
            if (NextBatch(samples, Math.Min(_options.BatchSize, count - start)) is not { } batch)
                continue;
            any = true;
            yield return batch;
        }
        if (!any && !mayBeEmpty)
            throw NoneIsReadable(count, Skipped);
    }

    /// <summary>What ends an epoch of which nothing is left.</summary>
    internal static InvalidDataException NoneIsReadable(int count, IReadOnlyList<SkippedSample> skipped) =>
        new($"None of the {count} samples is readable; the first: '{skipped[0].Name}': {skipped[0].Reason}");

    private Batch? NextBatch(OrderedPrefetch<LoadedSample> samples, int count)
    {
        long start = Stopwatch.GetTimestamp();
        var loaded = new List<LoadedSample>(count);
        try
        {
            for (int i = 0; i < count; i++)
            {
                LoadedSample sample = samples.Next();
                if (sample.Skipped is { } skipped)
                    Report(sample.Index, skipped);
                else
                    loaded.Add(sample);
            }
            return loaded.Count > 0 ? Assemble(loaded) : null;
        }
        finally
        {
            loaded.ForEach(_reader.Release);
            Interlocked.Add(ref _waited, Stopwatch.GetTimestamp() - start);
        }
    }

    private Batch Assemble(List<LoadedSample> loaded)
    {
        using var scope = NewDisposeScope();
        Tensor images = BatchAssembler.Stack([.. loaded.Select(sample => sample.Image!)]);
        Tensor targets = _options.Task.Encode([.. loaded.Select(sample => _source.Samples[sample.Index])], _source.Classes);
        return new Batch(images, targets, [.. loaded.Select(sample => sample.Index)]);
    }

    // Keys count epochs from 0, so that what a seed draws stays what it was.
    private ImageKey KeyOf(EpochOrder sample, int epoch) =>
        new(_options.Seed, epoch - 1, sample.Index) { RandomIndex = _randomIndex?.Invoke(sample.Index) ?? sample.RandomIndex };

    private void Report(int index, SkippedSample skipped)
    {
        lock (_skipped)
            _skipped.TryAdd(index, skipped);
    }
}
