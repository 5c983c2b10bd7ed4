using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TransferLearning.Internal;

/// <summary>
/// Lends arrays of the size of images. The runtime's shared pool keeps some with each thread, lost when the thread
/// ends, and rounds up to a power of two, which makes a megabyte of 600 KB.
/// </summary>
internal sealed class LargeArrayPool<T>(long mostIdleBytes) : ArrayPool<T>
    where T : unmanaged
{
    private const int SizesBetweenPowers = 8;

    private readonly ConcurrentDictionary<int, Shelf> _idle = [];
    private long _idleBytes;
    private long _rents;

    /// <summary>The pool of the process; it keeps 64 MiB at most.</summary>
    public static new LargeArrayPool<T> Shared { get; } = new(64L << 20);

    /// <summary>An array of at least a length, of arbitrary content, an eighth longer at most.</summary>
    public override T[] Rent(int minimumLength)
    {
        int length = Rounded(minimumLength);
        Shelf shelf = ShelfOf(length);
        shelf.LastRent = Interlocked.Increment(ref _rents);
        if (!shelf.Arrays.TryPop(out T[]? array))
            return GC.AllocateUninitializedArray<T>(length);
        Interlocked.Add(ref _idleBytes, -Bytes(array));
        return array;
    }

    /// <summary>Keeps a returned array for the next renter. Where too many are idle, lengths make room that were not rented for the longest time,
    /// so that the pool does not stay full of what nobody rents any more; enough of its own length let it go.</summary>
    public override void Return(T[] array, bool clearArray = false)
    {
        if (array.Length == 0 || Rounded(array.Length) != array.Length || Bytes(array) > mostIdleBytes)
            return; // none of this pool's, or too large to be kept
        if (clearArray)
            Array.Clear(array);
        if (Interlocked.Add(ref _idleBytes, Bytes(array)) <= mostIdleBytes || MakesRoomFor(array.Length))
            ShelfOf(array.Length).Arrays.Push(array);
        else
            Interlocked.Add(ref _idleBytes, -Bytes(array));
    }

    private bool MakesRoomFor(int length)
    {
        foreach ((_, Shelf others) in _idle.Where(entry => entry.Key != length && !entry.Value.Arrays.IsEmpty).OrderBy(entry => entry.Value.LastRent))
        {
            while (Interlocked.Read(ref _idleBytes) > mostIdleBytes && others.Arrays.TryPop(out T[]? other))
                Interlocked.Add(ref _idleBytes, -Bytes(other));
        }
        return Interlocked.Read(ref _idleBytes) <= mostIdleBytes;
    }

    private static int Rounded(int length)
    {
        int step = (int)Math.Max(1, BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 1)) / (2 * SizesBetweenPowers));
        return (int)Math.Min(((long)length + step - 1) / step * step, Array.MaxLength);
    }

    private static long Bytes(T[] array) => (long)array.Length * Unsafe.SizeOf<T>();

    private Shelf ShelfOf(int length) => _idle.GetOrAdd(length, static _ => new Shelf());

    /// <summary>The idle arrays of a length, and when one was last asked for.</summary>
    private sealed class Shelf
    {
        public ConcurrentStack<T[]> Arrays { get; } = [];

        public long LastRent { get; set; }
    }
}
