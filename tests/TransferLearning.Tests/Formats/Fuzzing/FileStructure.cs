using TransferLearning.Formats;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>Which bytes of a file of weights are numbers, and which say where the numbers are: pickles, directories, headers, lengths.</summary>
/// <remarks>Found without knowing any format: a tensor's bytes stand in the file as they stand in memory, and whatever is no tensor's is structure.</remarks>
internal sealed class FileStructure
{
    // Fewer bytes may stand somewhere else by chance; such tensors count as structure.
    private const int FewestCertainBytes = 32;

    private FileStructure(Dictionary<string, (int Start, int Length)> numbers, List<(int Start, int Length)> rest)
    {
        Numbers = numbers;
        Rest = rest;
    }

    /// <summary>Where the tensors lie whose place is certain: theirs are the only such bytes in the file.</summary>
    public IReadOnlyDictionary<string, (int Start, int Length)> Numbers { get; }

    /// <summary>The runs of bytes between them, in the file's order.</summary>
    public IReadOnlyList<(int Start, int Length)> Rest { get; }

    /// <summary>Finds both.</summary>
    /// <param name="whole">The undamaged file.</param>
    /// <param name="tensors">What it holds.</param>
    public static FileStructure Of(ReadOnlySpan<byte> whole, StateDict tensors)
    {
        var numbers = new Dictionary<string, (int Start, int Length)>();
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (!tensor.is_contiguous() || tensor.numel() * tensor.element_size() < FewestCertainBytes)
                continue;
            ReadOnlySpan<byte> bytes = tensor.bytes;
            int start = whole.IndexOf(bytes);
            if (start >= 0 && whole[(start + 1)..].IndexOf(bytes) < 0)
                numbers.Add(name, (start, bytes.Length));
        }

        var rest = new List<(int, int)>();
        int end = 0;
        foreach ((int start, int length) in numbers.Values.Append((whole.Length, 0)).Order())
        {
            if (start > end)
                rest.Add((end, start - end));
            end = Math.Max(end, start + length);
        }
        return new FileStructure(numbers, rest);
    }
}
