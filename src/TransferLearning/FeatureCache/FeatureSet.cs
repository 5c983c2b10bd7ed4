using System.Buffers.Binary;
using TransferLearning.Batching;
using TransferLearning.Data;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one set of images: read from the shelf, or computed and added to it. Not thread-safe.</summary>
/// <remarks>An image has the same features whether they were stored or are computed again, alone or with others.</remarks>
/// <param name="source">The images.</param>
/// <param name="loaderOf">Creates the loader of a subset, given the batch size and the random index of each image.</param>
/// <param name="computer">Computes features from images.</param>
/// <param name="shelf">Where features are stored; owned.</param>
/// <param name="workers">The number of threads that read files.</param>
internal sealed class FeatureSet(
    IDatasetSource source,
    Func<IDatasetSource, int, Func<int, int>, BatchLoader> loaderOf,
    FeatureComputer computer,
    FeatureShelf shelf,
    int workers) : IDisposable
{
    /// <summary>Features are stored after so many images, so that they survive the cancellation of a fit, and so many are read at once.</summary>
    public const int ImagesAtOnce = 512;

    private const int BatchSize = 16;

    private readonly Dictionary<int, SkippedSample> _skipped = [];
    private readonly HashSet<int> _preparedViews = [];
    private int _damages;
    private ImageHash?[] _hashes = [];

    // The first image of the same content, for each image.
    private int[] _first = [];

    // In one pass over all images, those from here on are the last batch, which is smaller.
    private int _lastBatchAt;
    private int _lastBatchSize;

    /// <summary>The number of features per image.</summary>
    public int FeatureSize => computer.FeatureSize;

    /// <summary>The images that were skipped because they could not be read.</summary>
    public IReadOnlyList<SkippedSample> Skipped => [.. _skipped.OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    /// <summary>
    /// Computes the missing features of one view, as far as they can be stored, when it is called for the first time or damage was found since. The network
    /// is in evaluation mode.
    /// </summary>
    /// <returns>The number of images computed in each batch; the work is complete when the enumeration ends.</returns>
    public IEnumerable<int> Prepare(int view, CancellationToken cancellationToken)
    {
        if (_hashes.Length == 0)
            Identify(cancellationToken);
        if (_damages != shelf.Damages)
            _preparedViews.Clear();
        _damages = shelf.Damages;
        return _preparedViews.Add(view) ? Store(view, cancellationToken) : [];
    }

    /// <summary>Reads features; those that are absent or damaged are computed again, and not stored: weights may have been exchanged for validation.</summary>
    /// <param name="images">Each image's position in the source, and its view, which was prepared.</param>
    /// <param name="destination">Receives the features, image by image.</param>
    /// <param name="cancellationToken">Cancels the computation.</param>
    /// <returns>For each image, whether it is readable; the features of others are undefined.</returns>
    public bool[] Read(IReadOnlyList<(int Index, int View)> images, Memory<float> destination, CancellationToken cancellationToken)
    {
        Memory<float> Slot(int position) => destination.Slice(position * FeatureSize, FeatureSize);

        int[] absent =
        [
            .. Enumerable.Range(0, images.Count).Where(position => !IsSkipped(images[position].Index) && !TryRead(images[position], Slot(position).Span)),
        ];
        if (absent.Length > 0)
        {
            using IDisposable evaluation = computer.Evaluate();
            foreach (IGrouping<int, int> ofView in absent.GroupBy(position => images[position].View))
            {
                ILookup<int, int> positions = ofView.ToLookup(position => _first[images[position].Index]);
                foreach ((int index, float[] features) in Compute(positions.Select(same => same.Key), ofView.Key, cancellationToken).SelectMany(batch => batch))
                {
                    foreach (int position in positions[index])
                        features.CopyTo(Slot(position));
                }
            }
        }
        return [.. images.Select(image => !IsSkipped(image.Index))];
    }

    public void Dispose() => shelf.Dispose();

    private bool IsSkipped(int index) => _skipped.ContainsKey(index);

    private bool TryRead((int Index, int View) image, Span<float> destination) =>
        _hashes[image.Index] is ImageHash hash && shelf.TryRead(new ImageView(hash, image.View), destination);

    private IEnumerable<int> Store(int view, CancellationToken cancellationToken)
    {
        // A damaged file is dropped with all its records, so what is present is known only after everything was read.
        float[] scratch = new float[FeatureSize];
        foreach (int index in _first.Distinct())
            TryRead((index, view), scratch);
        if (shelf.IsFull)
            yield break; // what is missing is computed when it is read

        int[] missing =
        [
            .. _first.Distinct().Where(index => !IsSkipped(index) && !(_hashes[index] is ImageHash hash && shelf.Contains(new ImageView(hash, view)))),
        ];
        var computed = new List<FeatureRecord>();
        try
        {
            foreach (IReadOnlyList<(int Index, float[] Features)> batch in Compute(missing, view, cancellationToken))
            {
                computed.AddRange(
                    from image in batch
                    where _hashes[image.Index] is not null
                    select new FeatureRecord(_hashes[image.Index]!.Value, view, image.Features));
                if (computed.Count >= ImagesAtOnce)
                {
                    shelf.Add(computed);
                    computed.Clear();
                }
                yield return batch.Count;
                if (shelf.IsFull)
                    break;
            }
        }
        finally
        {
            shelf.Add(computed);
        }
    }

    /// <summary>Computes features in batches of the same size as in one pass over all images, because their last digits depend on it.</summary>
    /// <returns>The features of the readable images, batch by batch.</returns>
    private IEnumerable<IReadOnlyList<(int Index, float[] Features)>> Compute(IEnumerable<int> images, int view, CancellationToken cancellationToken)
    {
        foreach (IGrouping<int, int> ofSize in images.GroupBy(index => index < _lastBatchAt ? BatchSize : _lastBatchSize))
        {
            // The random crop of a view depends on the image's content, so that it is the same in every fold and fit.
            int[] indices = [.. ofSize];
            BatchLoader loader = loaderOf(new Subset(source, indices), ofSize.Key, position => ContentKey(_hashes[indices[position]]));
            using IDisposable held = computer.Hold();
            foreach (Batch batch in loader.GetReadableBatches(view + 1, cancellationToken))
            {
                using (batch)
                    yield return [.. batch.Indices.Select(position => indices[position]).Zip(computer.Compute(batch, ofSize.Key))];
            }
            foreach ((int position, SkippedSample skipped) in loader.SkippedByIndex)
                Skip(indices[position], skipped);
        }
    }

    private void Skip(int unreadable, SkippedSample skipped)
    {
        foreach (int index in Enumerable.Range(0, _first.Length).Where(index => _first[index] == unreadable))
            _skipped[index] = skipped with { Name = source.Samples[index].Name };
    }

    private void Identify(CancellationToken cancellationToken)
    {
        _hashes = new ImageHash?[source.Samples.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellationToken };
        Parallel.For(0, _hashes.Length, parallel, index =>
        {
            try
            {
                using EncodedBytes encoded = EncodedBytes.Of(source, index);
                _hashes[index] = ImageHash.Of(encoded.Span);
            }
            catch (Exception)
            {
                // Without a hash the image is not stored; the loader reads it, fails or skips it as its options say.
            }
        });

        var firstOf = new Dictionary<ImageHash, int>();
        _first = new int[_hashes.Length];
        for (int index = 0; index < _first.Length; index++)
            _first[index] = _hashes[index] is not ImageHash hash || firstOf.TryAdd(hash, index) ? index : firstOf[hash];

        int[] distinct = [.. _first.Distinct()];
        _lastBatchSize = distinct.Length % BatchSize;
        _lastBatchAt = _lastBatchSize == 0 ? int.MaxValue : distinct[^_lastBatchSize];
    }

    private static int ContentKey(ImageHash? hash)
    {
        Span<byte> bytes = stackalloc byte[ImageHash.Bytes];
        hash?.CopyTo(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes) & int.MaxValue;
    }
}
