using System.Buffers;
using System.Diagnostics;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>
/// Loads the samples of a source as batches, like PyTorch's DataLoader: background threads decode, transform and normalize;
/// the consuming thread creates the tensors. The batches depend only on the seed and the epoch, bit for bit.
/// </summary>
/// <remarks>Safe for several threads at once; each enumeration belongs to one thread.</remarks>
public sealed class BatchLoader : IBatchSource
{
    /// <summary>The key in <see cref="Exception.Data"/> of the sample's name, for exceptions thrown while a sample was loaded.</summary>
    public const string SampleNameKey = "TransferLearning.SampleName";

    private readonly IDatasetSource _source;
    private readonly BatchLoaderOptions _options;
    private readonly ImageCache _cache;
    private readonly SampleReader _reader;
    private readonly Func<int, int>? _randomIndex;
    private readonly OrderedDictionary<int, SkippedSample> _skipped = [];
    private long _waited; // in Stopwatch ticks

    /// <summary>Creates a loader; nothing is read yet.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="pipeline">The transforms of each image; the resulting images must all have the same size.</param>
    /// <param name="fallbackStatistics">The mean and standard deviation for normalization if the pipeline has none.</param>
    /// <param name="reader">Decodes the images.</param>
    /// <param name="options">The batch size, the number of workers, the order; optional.</param>
    /// <exception cref="ArgumentException">The source has no samples, or less than one batch with <see cref="BatchLoaderOptions.DropLast"/>.</exception>
    public BatchLoader(
        IDatasetSource source, TransformPipeline pipeline, ChannelStatistics fallbackStatistics, ImageReader reader,
        BatchLoaderOptions? options = null)
        : this(source, pipeline, fallbackStatistics, reader, options, buffers: null)
    {
    }

    /// <param name="source">The samples.</param>
    /// <param name="pipeline">The transforms of each image.</param>
    /// <param name="fallbackStatistics">The mean and standard deviation for normalization if the pipeline has none.</param>
    /// <param name="reader">Decodes the images.</param>
    /// <param name="options">The batch size, the number of workers, the order; optional.</param>
    /// <param name="buffers">The pool of the buffers between decoding and batching; null uses a shared pool.</param>
    /// <param name="randomIndex">The index that seeds the random transforms of a sample; null uses its index in the source.</param>
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
        {
            throw new ArgumentException(
                $"The source has {SampleCount} samples, which is less than one batch of {_options.BatchSize}; with " +
                $"{nameof(BatchLoaderOptions.DropLast)} there would be no batches.", nameof(options));
        }
    }

    /// <summary>The number of samples in the source.</summary>
    public int SampleCount => _source.Samples.Count;

    /// <summary>The number of batches per epoch; an epoch has fewer if all samples of a batch are skipped.</summary>
    public int BatchesPerEpoch => _options.BatchesOf(SampleCount);

    /// <summary>The samples that were skipped as unreadable so far, each once, in the order in which they were found.</summary>
    public IReadOnlyList<SkippedSample> Skipped
    {
        get
        {
            lock (_skipped)
                return [.. _skipped.Values];
        }
    }

    /// <summary><see cref="Skipped"/>, with the index of each sample in the source.</summary>
    internal IReadOnlyList<(int Index, SkippedSample Skipped)> SkippedByIndex
    {
        get
        {
            lock (_skipped)
                return [.. _skipped.Select(entry => (entry.Key, entry.Value))];
        }
    }

    /// <summary>The time that the consuming thread spent waiting for samples (without workers: loading them) and creating tensors, in all epochs.</summary>
    /// <remarks>A large share of the duration of an epoch means that more workers or a larger cache make it faster.</remarks>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _waited));

    /// <summary>The size of the cached images in bytes; at most <see cref="BatchLoaderOptions.CacheBytes"/>.</summary>
    internal long CachedBytes => _cache.Used;

    /// <summary>Loads the batches of one epoch. Another enumeration loads the same batches again, bit for bit.</summary>
    /// <remarks>
    /// The caller disposes each batch. Ending the enumeration early, by break or exception, stops the workers and waits for
    /// them. An exception while a sample is loaded is thrown unchanged when its batch is due, with the sample's name in its
    /// data under <see cref="SampleNameKey"/>.
    /// </remarks>
    /// <param name="epoch">The epoch, from 1; the order and all random transforms depend on it.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The batches, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is below 1.</exception>
    /// <exception cref="ImageFormatException">An image is unreadable and is not skipped.</exception>
    /// <exception cref="InvalidDataException">Every image is unreadable.</exception>
    /// <exception cref="InvalidOperationException">The images of a batch have different sizes.</exception>
    /// <exception cref="TransformException">A transform failed.</exception>
    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        return Load(epoch, cancellationToken);
    }

    /// <summary>The batches of one epoch, which may be empty if all samples are skipped.</summary>
    internal IEnumerable<Batch> GetReadableBatches(int epoch, CancellationToken cancellationToken) => Load(epoch, cancellationToken, mayBeEmpty: true);

    private IEnumerable<Batch> Load(int epoch, CancellationToken cancellationToken, bool mayBeEmpty = false)
    {
        EpochOrder[] order = EpochOrder.Of(_source.Samples, epoch, _options);
        int count = (int)Math.Min(SampleCount, (long)BatchesPerEpoch * _options.BatchSize);
        int ahead = (int)Math.Min(count, (long)_options.PrefetchBatches * _options.BatchSize);
        using var samples = new OrderedPrefetch<LoadedSample>(
            count, ahead, _options.Workers, position => _reader.Read(KeyOf(order[position], epoch)), _reader.Release, cancellationToken);

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

    /// <summary>The error of an epoch whose samples are all unreadable.</summary>
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

    private ImageKey KeyOf(EpochOrder sample, int epoch) =>
        new(_options.Seed, epoch, sample.Index) { RandomIndex = _randomIndex?.Invoke(sample.Index) ?? sample.RandomIndex };

    private void Report(int index, SkippedSample skipped)
    {
        lock (_skipped)
            _skipped.TryAdd(index, skipped);
    }
}
