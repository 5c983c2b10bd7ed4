using System.Diagnostics;
using System.Globalization;
using System.Text;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>
/// Attacks the library: "dotnet run -c Release --project tests/TransferLearning.Tests -- attack [SECONDS] [SEED]". Each kind of input gets a
/// share of the time in a process of its own, so that neither a crash nor a hang of one is that of another.
/// "attack-one KIND SEED NUMBER" does one case again.
/// </summary>
internal static class AttackCommand
{
    public const string Verb = "attack";
    public const string VerbOfKind = "attack-kind";
    public const string VerbOfOne = "attack-one";

    private const double UsualSeconds = 180;
    private const int MostFailuresTold = 20;
    private const int MostHangs = 3;

    // For what a process does before its first case, for a last one that hangs, and for what it deletes at its end.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(120);

    /// <summary>Runs all kinds, and prints the table.</summary>
    /// <returns>The process's exit code: 0 where every case ended as it should.</returns>
    public static async Task<int> Run(ReadOnlyMemory<string> arguments)
    {
        double seconds = arguments.Length > 0 ? double.Parse(arguments.Span[0], CultureInfo.InvariantCulture) : UsualSeconds;
        string seed = arguments.Length > 1 ? arguments.Span[1] : FuzzRun.UsualSeed.ToString(CultureInfo.InvariantCulture);
        TimeSpan share = TimeSpan.FromSeconds(seconds / AttackKind.All.Count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {share.TotalSeconds:F1} seconds a kind\n\n{AttackRow.Head}"));
        int failed = 0;
        foreach (string kind in AttackKind.All.Keys)
            failed += await RunInProcess(kind, share, seed) ? 0 : 1;
        Console.WriteLine($"\n{failed} of {AttackKind.All.Count} kinds have failures");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Runs one kind in this process for a time, and prints its row.</summary>
    public static int RunKind(string name, TimeSpan duration, long seed, string trace)
    {
        // Where native code kills the process, this file still says what was done.
        using var current = new FileStream(trace, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var row = new AttackRow(name);
        using (AttackKind kind = AttackKind.All[name]())
            RunKind(kind, name, duration, seed, current, row);
        Console.WriteLine(row);
        Console.Out.Flush();
        Environment.Exit(row.Failures == 0 ? 0 : 1); // threads that were left behind would keep it
        return 0;
    }

    private static void RunKind(AttackKind kind, string name, TimeSpan duration, long seed, FileStream current, AttackRow row)
    {
        var runner = new AttackRunner(kind);
        var told = new HashSet<string>();
        int hangs = 0;
        var watch = Stopwatch.StartNew();
        for (int number = 0; number < (kind.Count ?? int.MaxValue) && watch.Elapsed < duration && hangs < MostHangs; number++)
        {
            if (kind.Make(seed, number) is not { } attack)
                continue;
            string description = Describe(name, seed, number, attack);
            RandomAccess.Write(current.SafeFileHandle, Encoding.UTF8.GetBytes(description.PadRight(1024)), 0);
            AttackResult result = runner.Run(description, attack);
            row.Add(result);
            hangs += result.Hangs && attack.KnownFailure is null ? 1 : 0;
            if (result.Failure is { } failure && told.Count < MostFailuresTold && told.Add(Kind(failure[description.Length..])))
                Console.Error.WriteLine(failure);
        }
    }

    /// <summary>Does one case again.</summary>
    public static int RunOne(string name, long seed, int number)
    {
        var result = new AttackResult(WasRefused: false, "There is no such case on this system.", TimeSpan.Zero, Memory: 0);
        using (AttackKind kind = AttackKind.All[name]())
        {
            if (kind.Make(seed, number) is { } attack)
                result = new AttackRunner(kind).Run(Describe(name, seed, number, attack), attack);
        }
        Console.WriteLine(result);
        Environment.Exit(result.Failure is null ? 0 : 1);
        return 0;
    }

    public static string Describe(string kind, long seed, int number, Attack attack) => string.Create(
        CultureInfo.InvariantCulture, $"'{kind}' {seed} {number} ({attack.Description}{(attack.KnownFailure is { } known ? $"; known: {known}" : "")})");

    // Failures that differ in numbers alone are told once.
    private static string Kind(string failure) => string.Concat(failure.Take(400).Where(letter => !char.IsAsciiHexDigit(letter)).Take(120));

    private static async Task<bool> RunInProcess(string kind, TimeSpan share, string seed)
    {
        string trace = Path.Combine(Path.GetTempPath(), $"transferlearning-attack-{Environment.ProcessId}.txt");
        string seconds = share.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        try
        {
            (int exitCode, string output, string error) = await DotnetProcess.OfTheTests(
                [VerbOfKind, kind, seconds, seed, trace], longest: share + _grace);
            Console.Write(output);
            Console.Error.Write(error);
            if (output.Length == 0)
                Console.WriteLine($"| {kind} | the process died with exit code {exitCode} in {ReadTrace(trace)} | | | | | 1 |");
            return exitCode == 0;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"| {kind} | the process did not end, in {ReadTrace(trace)} | | | | | 1 |");
            return false;
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static string ReadTrace(string trace) => File.Exists(trace) ? File.ReadAllText(trace).Trim() : "its beginning";
}
