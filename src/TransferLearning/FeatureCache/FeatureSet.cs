using System.Buffers.Binary;
using TransferLearning.Batching;
using TransferLearning.Data;

namespace TransferLearning.FeatureCache;

/// <summary>The features of one set of images: taken from the shelf where they are, computed and put there where they are not.</summary>
/// <param name="source">The images.</param>
/// <param name="loaderOf">Makes the loader of some of them, given which random sequence each draws from.</param>
/// <param name="computer">What turns images into features.</param>
/// <param name="shelf">Where features are kept; owned.</param>
/// <param name="workers">The threads that read files.</param>
internal sealed class FeatureSet(
    IDatasetSource source,
    Func<IDatasetSource, Func<int, int>, BatchLoader> loaderOf,
    FeatureComputer computer,
    FeatureShelf shelf,
    int workers) : IDisposable
{
    // Kept after so many images, so that a fit that is cancelled half way has not worked in vain.
    private const int ImagesAtOnce = 512;

    private readonly Dictionary<int, SkippedSample> _skipped = [];
    private readonly Dictionary<ImageView, float[]> _unstorable = [];
    private ImageHash?[]? _hashes;

    /// <summary>Numbers per image.</summary>
    public int FeatureSize => computer.FeatureSize;

    /// <summary>The images that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped => [.. _skipped.OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    /// <summary>Computes what is missing of one view. The network is in evaluation mode.</summary>
    /// <returns>How many images were looked at, piece by piece; the work is done when all pieces were taken.</returns>
    public IEnumerable<int> Prepare(int view, CancellationToken cancellationToken)
    {
        _hashes ??= Hashes(cancellationToken);
        Verify(view);
        int[] missing =
        [
            .. Enumerable.Range(0, _hashes.Length)
                .Where(index => !_skipped.ContainsKey(index) && !IsHere(index, view))
                .DistinctBy(index => (object?)_hashes[index] ?? index), // the same image under two names is computed once
        ];
        return missing.Length > 0 ? Compute(missing, view, cancellationToken) : [];
    }

    /// <summary>Reads prepared features.</summary>
    /// <param name="index">The image's position in the source.</param>
    /// <param name="view">Which view of it.</param>
    /// <param name="destination">Takes the features.</param>
    /// <returns>False for an image that was skipped.</returns>
    /// <exception cref="IOException">The features were there when they were prepared and are not any more.</exception>
    public bool Read(int index, int view, Span<float> destination)
    {
        if (_skipped.ContainsKey(index))
            return false;
        return TryRead(index, view, destination)
            ? true
            : throw new IOException($"The features of '{source.Samples[index].Name}' were lost from the disk while they were in use; fit again, and they are computed anew.");
    }

    public void Dispose() => shelf.Dispose();

    // A file that proves damaged takes what was read from it before along, so only after all was read is it known what is here.
    private void Verify(int view)
    {
        var scratch = new float[computer.FeatureSize];
        for (int index = 0; index < _hashes!.Length; index++)
            TryRead(index, view, scratch);
    }

    private bool IsHere(int index, int view) =>
        _hashes![index] is ImageHash hash && (shelf.Contains(hash, view) || _unstorable.ContainsKey(new ImageView(hash, view)));

    private bool TryRead(int index, int view, Span<float> destination)
    {
        if (_hashes![index] is not ImageHash hash)
            return false;
        if (!_unstorable.TryGetValue(new ImageView(hash, view), out float[]? values))
            return shelf.TryRead(hash, view, destination);
        values.CopyTo(destination);
        return true;
    }

    private IEnumerable<int> Compute(int[] missing, int view, CancellationToken cancellationToken)
    {
        // Which crop a view is depends on the image's content, so that it is the same in every fold and fit.
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
        batch.Indices.Zip(computer.Compute(batch), (position, features) => new FeatureRecord(_hashes![missing[position]] ??= Hash(missing[position]), view, features));

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
        foreach (FeatureRecord record in computed.Where(record => !shelf.Contains(record.Image, record.View)))
            _unstorable[record.Id] = record.Values.ToArray();
        computed.Clear();
    }

    private ImageHash?[] Hashes(CancellationToken cancellationToken)
    {
        var hashes = new ImageHash?[source.Samples.Count];
        Parallel.For(0, hashes.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellationToken }, index =>
        {
            try
            {
                hashes[index] = Hash(index);
            }
            catch (Exception)
            {
                // Without a hash the image counts as missing, and the loader reads it, fails on it or skips it as it was told to.
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
