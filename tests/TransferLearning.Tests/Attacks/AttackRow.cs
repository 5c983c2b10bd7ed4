using System.Globalization;

namespace TransferLearning.Tests.Attacks;

/// <summary>What came of the cases of one kind; a row of the table.</summary>
internal sealed class AttackRow(string kind)
{
    public const string Head = """
        | kind of input | attempted | refused | survived | slowest, ms | most memory, MiB | failures |
        |---|--:|--:|--:|--:|--:|--:|
        """;

    private int _refused;
    private int _survived;
    private TimeSpan _slowest;
    private long _mostMemory;

    public int Failures { get; private set; }

    public int Attempted => _refused + _survived + Failures;

    public void Add(AttackResult result)
    {
        if (result.Failure is not null)
            Failures++;
        else if (result.WasRefused)
            _refused++;
        else
            _survived++;
        _slowest = TimeSpan.FromTicks(Math.Max(_slowest.Ticks, result.Duration.Ticks));
        _mostMemory = Math.Max(_mostMemory, result.Memory);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {kind} | {Attempted} | {_refused} | {_survived} | {_slowest.TotalMilliseconds:F0} | {_mostMemory / 1024.0 / 1024:F1} | {Failures} |");
}
