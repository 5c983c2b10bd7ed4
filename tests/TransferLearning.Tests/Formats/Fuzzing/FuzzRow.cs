using System.Globalization;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>What came of the damage to one file; a row of the table.</summary>
internal sealed class FuzzRow(FuzzedFile file)
{
    public const string Head = """
        | file | bytes | mutations | read | refused | slowest read, ms | most memory, times the file | memory beyond one file, bytes |
        |---|--:|--:|--:|--:|--:|--:|--:|
        """;

    private int _read;
    private int _refused;
    private TimeSpan _slowest;
    private long _mostMemory;

    public void Add(FuzzedRead read)
    {
        if (read.WasRefused)
            _refused++;
        else
            _read++;
        _slowest = TimeSpan.FromTicks(Math.Max(_slowest.Ticks, read.Duration.Ticks));
        _mostMemory = Math.Max(_mostMemory, read.Memory);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {file.Name} | {file.Length} | {_read + _refused} | {_read} | {_refused} | {_slowest.TotalMilliseconds:F1} | {(double)_mostMemory / file.Length:F2} | {_mostMemory - file.Length} |");
}
