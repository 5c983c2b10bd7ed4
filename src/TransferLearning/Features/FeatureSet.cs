using System.Buffers.Binary;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureStorage;

namespace TransferLearning.Features;

/// <summary>The features of one set of pictures: taken from the shelf where they are, computed and put there where they are not.</summary>
/// <param name="source">The pictures.</param>
/// <param name="loaderOf">Makes the loader of some of them, given which random sequence each draws from.</param>
/// <param name="computer">What turns pictures into features.</param>
/// <param name="shelf">Where features are kept; owned.</param>
/// <param name="workers">The threads that read files.</param>
internal sealed class FeatureSet(
    IDatasetSource source,
    Func<IDatasetSource, Func<int, int>, BatchLoader> loaderOf,
    FeatureComputer computer,
    FeatureShelf shelf,
    int workers) : IDisposable
{
    // Kept after so many pictures, so that a fit that is cancelled half way has not worked in vain.
    private const int PicturesAtOnce = 512;

    private readonly Dictionary<int, SkippedSample> _skipped = [];
    private readonly Dictionary<PictureView, float[]> _unstorable = [];
    private PictureHash?[]? _hashes;

    /// <summary>The pictures that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped => [.. _skipped.OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    /// <summary>Computes what is missing of one view. The network is in evaluation mode.</summary>
    /// <returns>How many pictures were looked at, piece by piece; the work is done when all pieces were taken.</returns>
    public IEnumerable<int> Prepare(int view, CancellationToken cancellationToken)
    {
        _hashes ??= Hashes(cancellationToken);
        Verify(view);
        int[] missing =
        [
            .. Enumerable.Range(0, _hashes.Length)
                .Where(index => !_skipped.ContainsKey(index) && !IsHere(index, view))
                .DistinctBy(index => (object?)_hashes[index] ?? index), // the same picture under two names is computed once
        ];
        return missing.Length > 0 ? Compute(missing, view, cancellationToken) : [];
    }

    /// <summary>Reads prepared features.</summary>
    /// <param name="index">The picture's position in the source.</param>
    /// <param name="view">Which view of it.</param>
    /// <param name="destination">Takes the features.</param>
    /// <returns>False for a picture that was skipped.</returns>
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
        _hashes![index] is PictureHash hash && (shelf.Contains(hash, view) || _unstorable.ContainsKey(new PictureView(hash, view)));

    private bool TryRead(int index, int view, Span<float> destination)
    {
        if (_hashes![index] is not PictureHash hash)
            return false;
        if (!_unstorable.TryGetValue(new PictureView(hash, view), out float[]? values))
            return shelf.TryRead(hash, view, destination);
        values.CopyTo(destination);
        return true;
    }

    private IEnumerable<int> Compute(int[] missing, int view, CancellationToken cancellationToken)
    {
        // Which crop a view is hangs on the picture's content, so that it is the same in every fold and fit.
        BatchLoader loader = loaderOf(new Subset(source, missing), position => ContentKey(_hashes![missing[position]]));
        var computed = new List<FeatureRecord>();
        try
        {
            using IDisposable held = computer.Hold();
            foreach (Batch batch in loader.Epoch(view, cancellationToken))
            {
                using (batch)
                    computed.AddRange(Records(batch, missing, view));
                if (computed.Count >= PicturesAtOnce)
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
        if (_hashes![unreadable] is not PictureHash hash)
            return;
        foreach (int index in Enumerable.Range(0, _hashes.Length).Where(index => _hashes[index] == hash))
            _skipped[index] = skipped with { Name = source.Samples[index].Name };
    }

    private void Keep(List<FeatureRecord> computed)
    {
        shelf.Add(computed);
        foreach (FeatureRecord record in computed.Where(record => !shelf.Contains(record.Picture, record.View)))
            _unstorable[record.Id] = record.Values.ToArray();
        computed.Clear();
    }

    private PictureHash?[] Hashes(CancellationToken cancellationToken)
    {
        var hashes = new PictureHash?[source.Samples.Count];
        Parallel.For(0, hashes.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellationToken }, index =>
        {
            try
            {
                hashes[index] = Hash(index);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Without a hash the picture counts as missing, and the loader reads it, fails on it or skips it as it was told to.
            }
        });
        return hashes;
    }

    private PictureHash Hash(int index)
    {
        using EncodedBytes encoded = EncodedBytes.Of(source, index);
        return PictureHash.Of(encoded.Span);
    }

    private static int ContentKey(PictureHash? hash)
    {
        Span<byte> bytes = stackalloc byte[PictureHash.Bytes];
        hash?.CopyTo(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes) & int.MaxValue;
    }
}
