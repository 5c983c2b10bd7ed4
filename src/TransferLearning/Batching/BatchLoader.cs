using System.Buffers;
using System.Diagnostics;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Loads the samples of a source as batches, like PyTorch's DataLoader: background threads decode, transform and normalize; the consuming thread
/// creates the tensors. The batches depend only on the seed and the epoch, bit for bit.</summary>
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

    // A shared pool lends the buffers by default; random transforms are seeded by a sample's index in the source.
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
        Statistics = pipeline.Statistics ?? fallbackStatistics;
        var normalizer = new Normalizer(Statistics);
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
    public IReadOnlyList<SkippedSample> Skipped => [.. SkippedByIndex.Select(entry => entry.Skipped)];

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

    /// <summary>The samples.</summary>
    internal IDatasetSource Source => _source;

    /// <summary>The mean and standard deviation that images are normalized with.</summary>
    internal ChannelStatistics Statistics { get; }

    /// <summary>The size of the cached images in bytes; at most <see cref="BatchLoaderOptions.CacheBytes"/>.</summary>
    internal long CachedBytes => _cache.Used;

    /// <summary>Loads the batches of one epoch. Another enumeration loads the same batches again, bit for bit.</summary>
    /// <remarks>The caller disposes each batch. Ending the enumeration early, by break or exception, stops the workers and waits for them. An exception while
    /// a sample is loaded is thrown when its batch is due, with the sample's name in its data under <see cref="SampleNameKey"/>. After a cancellation, a load
    /// that takes longer than half a second is left to end alone in its background thread; without workers it is waited for.</remarks>
    /// <param name="epoch">The epoch, from 1; the order and all random transforms depend on it.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The batches, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is below 1.</exception>
    /// <exception cref="ImageFormatException">An image is unreadable and is not skipped.</exception>
    /// <exception cref="SampleLoadException">The source failed to load a sample.</exception>
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
        IEnumerable<LoadedSample> samples = ReadAhead.Of(
            order.Take(count), ahead, _options.Workers, sample => _reader.Read(KeyOf(sample, epoch)), _reader.Release, cancellationToken);
        using IEnumerator<LoadedSample[]> batches = ReadAhead.Batches(samples, _options.BatchSize, _reader.Release).GetEnumerator();

        bool any = false;
        while (Timed(() => batches.MoveNext() ? batches.Current : null) is { } loaded)
        {
            if (Timed(() => Assemble(loaded)) is not { } batch)
                continue;
            any = true;
            yield return batch;
        }
        if (!any && !mayBeEmpty)
            throw NoneIsReadable(count, Skipped);
    }

    /// <summary>The error of an epoch whose samples are all unreadable.</summary>
    internal static InvalidDataException NoneIsReadable(int count, IReadOnlyList<SkippedSample> skipped) =>
        new(PrintableText.Of($"None of the {count} samples is readable; the first: '{skipped[0].Name}': {skipped[0].Reason}"));

    private T Timed<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Add(ref _waited, Stopwatch.GetTimestamp() - start);
        }
    }

    /// <returns>Null if all samples were skipped.</returns>
    private Batch? Assemble(LoadedSample[] samples)
    {
        try
        {
            lock (_skipped)
            {
                foreach (LoadedSample sample in samples.Where(sample => sample.Skipped is not null))
                    _skipped.TryAdd(sample.Index, sample.Skipped!);
            }
            int[] indices = [.. samples.Where(sample => sample.Image is not null).Select(sample => sample.Index)];
            if (indices.Length == 0)
                return null;

            using var scope = NewDisposeScope();
            Tensor images = BatchAssembler.Stack([.. samples.Select(sample => sample.Image).OfType<PreparedImage>()]);
            Tensor targets = _options.Task.Encode([.. indices.Select(index => _source.Samples[index])], _source.Classes);
            return new Batch(images, targets, indices);
        }
        finally
        {
            Array.ForEach(samples, _reader.Release);
        }
    }

    private ImageKey KeyOf(EpochOrder sample, int epoch) =>
        new(_options.Seed, epoch, sample.Index) { RandomIndex = _randomIndex?.Invoke(sample.Index) ?? sample.RandomIndex };
}
