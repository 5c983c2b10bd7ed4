using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using TransferLearning.Formats;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Onnx;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>A file of weights that is read again and again, each time damaged in another way.</summary>
internal sealed class FuzzedFile
{
    public const long MemoryTimesFile = 2;
    public const long MemoryForAnyFile = 1_000_000;
    public const long OnnxTimesFile = 3;
    public const long MemoryForAnyOnnx = 64 << 20;

    private const int Repetitions = 3;

    private readonly FileStructure _structure;
    private readonly FileMutator _mutator;
    private readonly int _tensorCount;

    // Where neither gap nor overlap is allowed, no tensor can be found at another's place.
    private readonly bool _hasFixedPlaces;
    private readonly bool _isOnnx;

    public FuzzedFile(string path)
    {
        byte[] whole = File.ReadAllBytes(path);
        Name = Path.GetFileName(path);
        Length = whole.Length;
        _isOnnx = Path.GetExtension(path) == ".onnx";
        using StateDict tensors = ReadAll(new MemoryStream(whole));
        _tensorCount = tensors.Count;
        _structure = FileStructure.Of(whole, tensors);
        _mutator = new FileMutator(whole, _structure.Rest);
        _hasFixedPlaces = Path.GetExtension(path) == ".safetensors";
    }

    public string Name { get; }

    public int Length { get; }

    /// <summary>The most memory that a read may take: the tensors are as large as the file, and what describes them, a small part of it, can take some tens of times its bytes.</summary>
    public long MemoryBound => _isOnnx ? OnnxTimesFile * Length + MemoryForAnyOnnx : MemoryTimesFile * Length + MemoryForAnyFile;

    /// <summary>Reads the file with the damage that a seed and a number name.</summary>
    /// <param name="resident">Counts the process's memory; null where other work goes on in it, and only this thread's is counted.</param>
    /// <exception cref="FuzzFailureException">The read ended neither in tensors nor in a clear refusal, gave wrong numbers, or took too much memory.</exception>
    public FuzzedRead Read(long seed, int number, Watchdog watchdog, ResidentPeak? resident)
    {
        _mutator.Mutate(new RandomStream(seed, Length, number));
        string damage = $"{Name}, seed {seed}, number {number}, which {_mutator.Description}";
        FuzzedRead read = ReadAsItIs(damage, watchdog, resident);

        // A read repeats itself; what the runtime took for itself meanwhile, for compiled code say, does not come again.
        for (int again = 0; again < Repetitions && read.Memory > MemoryBound; again++)
            read = ReadAsItIs(damage, watchdog, resident);
        return read.Memory <= MemoryBound ? read : throw new FuzzFailureException($"{damage}: took {read.Memory} bytes, more than the {MemoryBound} that are allowed");
    }

    private StateDict ReadAll(Stream file) => _isOnnx ? SampleOnnx.ReadAll(file, Name) : WeightsFile.Read(file, Name);

    private FuzzedRead ReadAsItIs(string damage, Watchdog watchdog, ResidentPeak? resident)
    {
        StateDict? tensors = null;
        resident?.Begin();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            tensors = watchdog.Watch(damage, () => ReadAll(_mutator.Open()));
        }
        catch (Exception refusal) when (refusal is WeightsFormatException or OnnxFormatException)
        {
            // The answer to most damage.
        }
        catch (Exception error)
        {
            throw new FuzzFailureException($"{damage}: {error}", error);
        }

        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        long peak = resident?.End() ?? 0;
        using (tensors)
        {
            if (tensors is not null)
                Check(tensors, damage);
            return new FuzzedRead(WasRefused: tensors is null, duration, Math.Max(peak, allocated + (tensors?.Values.Sum(ReachedBytes) ?? 0)));
        }
    }

    // Damage to numbers alone leaves a file that is sound, as far as anyone can tell: then, and always where places are fixed,
    // each tensor must be what the damaged file has at its place, so those that were not hit are unchanged.
    // Other damage may truly say something else, say that a tensor is another's storage; there, reading every byte shows bad memory.
    private void Check(StateDict tensors, string damage)
    {
        bool hitNumbersAlone = _structure.Numbers.Values.Any(place => _mutator.LiesWithin(place.Start, place.Length));
        if (hitNumbersAlone && tensors.Count != _tensorCount)
            throw new FuzzFailureException($"{damage}: gave {tensors.Count} tensors, not {_tensorCount}");

        bool staysInPlace = hitNumbersAlone || (_hasFixedPlaces && _mutator.Length == Length);
        foreach ((string name, Tensor tensor) in tensors)
        {
            using Tensor inOrder = tensor.contiguous();
            if (inOrder.numel() == 0)
                continue;
            if (!staysInPlace || !_structure.Numbers.TryGetValue(name, out (int Start, int Length) place))
                GC.KeepAlive(Sum(inOrder.bytes));
            else if (!inOrder.bytes.SequenceEqual(_mutator.Bytes.Slice(place.Start, place.Length)))
                throw new FuzzFailureException($"{damage}: tensor '{name}' is not what the file has at bytes {place.Start} to {place.Start + place.Length}");
        }
    }

    // From the first element to the last, which a view that repeats elements has less of than its shape says.
    private static long ReachedBytes(Tensor tensor) => tensor.numel() == 0
        ? 0
        : tensor.element_size() * (1 + tensor.shape.Zip(tensor.stride(), (side, stride) => (side - 1) * stride).Sum());

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        Vector<ulong> sum = Vector<ulong>.Zero;
        ReadOnlySpan<Vector<ulong>> vectors = MemoryMarshal.Cast<byte, Vector<ulong>>(bytes);
        foreach (Vector<ulong> vector in vectors)
            sum += vector;
        ulong total = Vector.Sum(sum);
        foreach (byte last in bytes[(vectors.Length * Vector<byte>.Count)..])
            total += last;
        return total;
    }
}
