using System.Buffers.Binary;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>Damages a file in memory, one mutation after another, each from the undamaged file; what a mutation did not touch is not copied again.</summary>
/// <param name="whole">The undamaged file.</param>
/// <param name="structure">The runs of bytes that three of four changes aim at: elsewhere most changes alter a number, which no reader can notice.</param>
internal sealed class FileMutator(byte[] whole, IReadOnlyList<(int Start, int Length)> structure)
{
    private const int LongestRun = 64;
    private const int MostChanges = 4;

    private readonly byte[] _bytes = [.. whole, .. new byte[MostChanges * LongestRun]];
    private readonly List<string> _changes = [];
    private readonly int _structureLength = structure.Sum(run => run.Length);
    private int _touchedStart = whole.Length;
    private int _touchedEnd;

    /// <summary>The damaged file.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public int Length { get; private set; } = whole.Length;

    /// <summary>What was done, as text.</summary>
    public string Description => string.Join(", ", _changes);

    /// <summary>The damaged file, to be read before the next mutation.</summary>
    public Stream Open() => new MemoryStream(_bytes, 0, Length, writable: false);

    /// <summary>Whether the damage lies within a run of bytes, and has moved none.</summary>
    public bool LiesWithin(int start, int length) => Length == whole.Length && _touchedStart >= start && _touchedEnd <= start + length;

    /// <summary>Damages the undamaged file: one change, in a third of the cases up to four.</summary>
    public void Mutate(RandomStream random)
    {
        Restore();
        int changes = random.NextInt32(3) == 0 ? 1 + random.NextInt32(MostChanges) : 1;
        for (; changes > 0 && Length > 0; changes--)
            Change(random);
    }

    private void Change(RandomStream random)
    {
        int at = Math.Min(Place(random), Length - 1);
        int run = Math.Min(1 + random.NextInt32(LongestRun), Length - at);
        switch (random.NextInt32(9))
        {
            case 0:
                for (int flips = 1 + random.NextInt32(3); flips > 0; flips--)
                {
                    int flipped = at + random.NextInt32(run);
                    Overwrite(flipped, [(byte)(_bytes[flipped] ^ (1 << random.NextInt32(8)))], "flips a bit");
                }
                break;
            case 1:
                Overwrite(at, [(byte)random.NextInt32(256)], "writes a byte");
                break;
            case 2:
                Overwrite(at, [(byte)(_bytes[at] + random.NextInt32(33) - 16)], "counts up or down");
                break;
            case 3:
                Overwrite(at, ExtremeInteger(random), "writes an integer");
                break;
            case 4:
                Overwrite(at, Digits(random, ref at), "writes digits");
                break;
            case 5:
                int from = Math.Min(Place(random), Length - run);
                Overwrite(at, [.. _bytes[from..(from + run)]], $"copies from {from}");
                break;
            case 6:
                Insert(at, random.NextInt32(2) == 0 ? _bytes[at..(at + run)] : RandomBytes(random, run));
                break;
            case 7:
                // Of a whole tensor's size now and then.
                Delete(at, Math.Min(1 + random.NextInt32(1 << random.NextInt32(20)), Length - at));
                break;
            default:
                _changes.Add($"cuts at {at}");
                Length = at;
                break;
        }
    }

    // Half the aimed changes choose among runs, so that short ones (a length of eight bytes) are hit; half among bytes, so that long ones (a pickle) are.
    private int Place(RandomStream random)
    {
        if (random.NextInt32(4) == 0)
            return random.NextInt32(whole.Length);
        if (random.NextInt32(2) == 0)
        {
            (int start, int length) = structure[random.NextInt32(structure.Count)];
            return start + random.NextInt32(length);
        }

        int left = random.NextInt32(_structureLength);
        foreach ((int start, int length) in structure)
        {
            if (left < length)
                return start + left;
            left -= length;
        }
        throw new InvalidOperationException("The runs are shorter than their sum.");
    }

    // Of four bytes, of eight, or the same four twice: a zip says each entry's length twice, side by side, and checks that both agree.
    private byte[] ExtremeInteger(RandomStream random)
    {
        long[] extremes =
        [
            0, 1, -1, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, long.MaxValue / 4 + 1, 1L << 40,
            whole.Length, whole.Length - 1, whole.Length + 1, whole.Length / 4, 64 << 20, (int)random.NextUInt64(), random.NextInt32(1 << 16),
        ];
        long value = extremes[random.NextInt32(extremes.Length)];
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return random.NextInt32(3) switch
        {
            0 => bytes[..sizeof(int)],
            1 => bytes,
            _ => [.. bytes[..sizeof(int)], .. bytes[..sizeof(int)]],
        };
    }

    // The next number in ASCII gets others of its digits; where none is near, nines are written.
    private byte[] Digits(RandomStream random, ref int at)
    {
        int first = _bytes.AsSpan(at, Math.Min(LongestRun, Length - at)).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (first < 0)
            return [.. "99999999"u8];
        at += first;
        int count = _bytes.AsSpan(at, Math.Min(20, Length - at)).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return [.. Enumerable.Range(0, count < 0 ? 1 : count).Select(_ => (byte)('0' + random.NextInt32(10)))];
    }

    private static byte[] RandomBytes(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextInt32(256))];

    private void Overwrite(int at, byte[] with, string verb)
    {
        int count = Math.Min(with.Length, Length - at);
        with.AsSpan(0, count).CopyTo(_bytes.AsSpan(at));
        Touch(at, at + count, $"{verb} at {at}: {Convert.ToHexStringLower(with, 0, count)}");
    }

    private void Insert(int at, byte[] run)
    {
        _bytes.AsSpan(at, Length - at).CopyTo(_bytes.AsSpan(at + run.Length));
        run.CopyTo(_bytes, at);
        Length += run.Length;
        Touch(at, Length, $"inserts {Convert.ToHexStringLower(run)} at {at}");
    }

    private void Delete(int at, int count)
    {
        _bytes.AsSpan(at + count, Length - at - count).CopyTo(_bytes.AsSpan(at));
        Length -= count;
        Touch(at, Length, $"deletes {count} bytes at {at}");
    }

    private void Touch(int start, int end, string change)
    {
        _touchedStart = Math.Min(_touchedStart, start);
        _touchedEnd = Math.Max(_touchedEnd, end);
        _changes.Add(change);
    }

    private void Restore()
    {
        int end = Math.Min(_touchedEnd, whole.Length);
        if (end > _touchedStart)
            whole.AsSpan(_touchedStart, end - _touchedStart).CopyTo(_bytes.AsSpan(_touchedStart));
        (Length, _touchedStart, _touchedEnd) = (whole.Length, whole.Length, 0);
        _changes.Clear();
    }
}
