using System.Buffers.Binary;
using TransferLearning.Batching;
using TransferLearning.Data;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one set of images: read from the shelf, or computed and added to it. Not thread-safe.</summary>
/// <param name="source">The images.</param>
/// <param name="loaderOf">Creates the loader of a subset, given the random index of each image.</param>
/// <param name="computer">Computes features from images.</param>
/// <param name="shelf">Where features are stored; owned.</param>
/// <param name="workers">The number of threads that read files.</param>
internal sealed class FeatureSet(
    IDatasetSource source,
    Func<IDatasetSource, Func<int, int>, BatchLoader> loaderOf,
    FeatureComputer computer,
    FeatureShelf shelf,
    int workers) : IDisposable
{
    // Features are stored after this many images, so that they survive the cancellation of a fit.
    private const int ImagesAtOnce = 512;

    private readonly Dictionary<int, SkippedSample> _skipped = [];
    private readonly Dictionary<ImageView, float[]> _unstorable = [];
    private ImageHash?[]? _hashes;

    /// <summary>The number of features per image.</summary>
    public int FeatureSize => computer.FeatureSize;

    /// <summary>The images that were skipped because they could not be read.</summary>
    public IReadOnlyList<SkippedSample> Skipped => [.. _skipped.OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    /// <summary>Computes the missing features of one view. The network is in evaluation mode.</summary>
    /// <returns>The number of images computed in each batch; the work is complete when the enumeration ends.</returns>
    public IEnumerable<int> Prepare(int view, CancellationToken cancellationToken)
    {
        _hashes ??= Hashes(cancellationToken);
        Verify(view);
        int[] missing =
        [
            .. Enumerable.Range(0, _hashes.Length)
                .Where(index => !_skipped.ContainsKey(index) && !IsPresent(index, view))
                .DistinctBy(index => (object?)_hashes[index] ?? index), // the same image under two names is computed once
        ];
        return missing.Length > 0 ? Compute(missing, view, cancellationToken) : [];
    }

    /// <summary>Reads prepared features.</summary>
    /// <param name="index">The image's position in the source.</param>
    /// <param name="view">The view.</param>
    /// <param name="destination">Receives the features.</param>
    /// <returns>False for an image that was skipped.</returns>
    /// <exception cref="IOException">The features were prepared but can no longer be read.</exception>
    public bool Read(int index, int view, Span<float> destination)
    {
        if (_skipped.ContainsKey(index))
            return false;
        return TryRead(index, view, destination)
            ? true
            : throw new IOException(
                $"The features of '{source.Samples[index].Name}' were lost from disk during the fit; fit again to recompute them.");
    }

    public void Dispose() => shelf.Dispose();

    // A damaged file is dropped with all its records, so what is present is known only after everything was read.
    private void Verify(int view)
    {
        var scratch = new float[computer.FeatureSize];
        for (int index = 0; index < _hashes!.Length; index++)
            TryRead(index, view, scratch);
    }

    private ImageView? Id(int index, int view) => _hashes![index] is ImageHash hash ? new ImageView(hash, view) : null;

    private bool IsPresent(int index, int view) =>
        Id(index, view) is ImageView id && (shelf.Contains(id) || _unstorable.ContainsKey(id));

    private bool TryRead(int index, int view, Span<float> destination)
    {
        if (Id(index, view) is not ImageView id)
            return false;
        if (!_unstorable.TryGetValue(id, out float[]? values))
            return shelf.TryRead(id, destination);
        values.CopyTo(destination);
        return true;
    }

    private IEnumerable<int> Compute(int[] missing, int view, CancellationToken cancellationToken)
    {
        // The random crop of a view depends on the image's content, so that it is the same in every fold and fit.
        BatchLoader loader = loaderOf(new Subset(source, missing), position => ContentKey(_hashes![missing[position]]));
        var computed = new List<FeatureRecord>();
        try
        {
            using IDisposable held = computer.Hold();
            foreach (Batch batch in loader.GetReadableBatches(view + 1, cancellationToken))
            {
                using (batch)
                    computed.AddRange(Records(batch, missing, view));
                if (computed.Count >= ImagesAtOnce)
                    Keep(computed);
                yield return batch.Count;
            }
        }
        finally
        {
            Keep(computed);
        }
        foreach ((int position, SkippedSample skipped) in loader.SkippedByIndex)
            Skip(missing[position], skipped);
    }

    private IEnumerable<FeatureRecord> Records(Batch batch, int[] missing, int view) =>
        batch.Indices.Zip(computer.Compute(batch), (position, features) =>
            new FeatureRecord(_hashes![missing[position]] ??= Hash(missing[position]), view, features));

    private void Skip(int unreadable, SkippedSample skipped)
    {
        _skipped[unreadable] = skipped;
        if (_hashes![unreadable] is not ImageHash hash)
            return;
        foreach (int index in Enumerable.Range(0, _hashes.Length).Where(index => _hashes[index] == hash))
            _skipped[index] = skipped with { Name = source.Samples[index].Name };
    }

    private void Keep(List<FeatureRecord> computed)
    {
        shelf.Add(computed);
        foreach (FeatureRecord record in computed.Where(record => !shelf.Contains(record.Id)))
            _unstorable[record.Id] = record.Values.ToArray();
        computed.Clear();
    }

    private ImageHash?[] Hashes(CancellationToken cancellationToken)
    {
        var hashes = new ImageHash?[source.Samples.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellationToken };
        Parallel.For(0, hashes.Length, parallel, index =>
        {
            try
            {
                hashes[index] = Hash(index);
            }
            catch (Exception)
            {
                // Without a hash the image counts as missing; the loader reads it, fails or skips it as its options say.
            }
        });
        return hashes;
    }

    private ImageHash Hash(int index)
    {
        using EncodedBytes encoded = EncodedBytes.Of(source, index);
        return ImageHash.Of(encoded.Span);
    }

    private static int ContentKey(ImageHash? hash)
    {
        Span<byte> bytes = stackalloc byte[ImageHash.Bytes];
        hash?.CopyTo(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes) & int.MaxValue;
    }
}
