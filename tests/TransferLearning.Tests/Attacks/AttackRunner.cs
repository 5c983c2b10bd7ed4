using System.Diagnostics;
using TorchSharp;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Runs cases one at a time, each on a thread of its own, which is left behind where it hangs.</summary>
internal sealed class AttackRunner(AttackKind kind)
{
    private const int Repetitions = 3;

    // Some that are known to fail never end.
    private static readonly TimeSpan _limitOfKnown = TimeSpan.FromSeconds(8);

    private readonly ResidentPeak _resident = new();
    private readonly int _torchThreads = torch.get_num_threads();

    /// <summary>Runs a case.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="attack">The case.</param>
    public AttackResult Run(string name, Attack attack)
    {
        AttackResult result = Once(name, attack);

        // What the runtime took for itself meanwhile, for compiled code or garbage say, does not come again.
        for (int again = 0; again < Repetitions && result.Failure is null && result.Memory > kind.MemoryBound; again++)
        {
            GC.Collect();
            result = Once(name, attack);
        }
        return result.Failure is null && result.Memory > kind.MemoryBound
            ? result with { Failure = $"{name}: took {result.Memory >> 20} MiB, more than the {kind.MemoryBound >> 20} that are allowed" }
            : result;
    }

    private AttackResult Once(string name, Attack attack)
    {
        bool wasRefused = false;
        string? failure = null;
        _resident.Begin();
        long start = Stopwatch.GetTimestamp();
        var thread = new Thread(() => failure = Outcome(name, attack, out wasRefused)) { IsBackground = true };
        thread.Start();
        bool ended = thread.Join(attack.KnownFailure is null || kind.Limit < _limitOfKnown ? kind.Limit : _limitOfKnown);
        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        return ended
            ? new AttackResult(wasRefused, failure, duration, _resident.End())
            : new AttackResult(WasRefused: false, $"{name}: hangs; it has not ended after {duration.TotalSeconds:F0} seconds", duration, 0) { Hangs = true };
    }

    private string? Outcome(string name, Attack attack, out bool wasRefused)
    {
        wasRefused = false;
        long tensors = LiveTensors.Count;
        try
        {
            attack.Run();
        }
        catch (AttackFailedException failure)
        {
            return $"{name}: {failure.Message}";
        }
        catch (Exception error) when (kind.IsDocumented(error))
        {
            wasRefused = true;
        }
        catch (Exception error)
        {
            return $"{name}: {error}";
        }

        if (LiveTensors.Count != tensors)
            return $"{name}: left {LiveTensors.Count - tensors} tensors";
        int threads = torch.get_num_threads();
        return threads == _torchThreads ? null : $"{name}: left {threads} torch threads where {_torchThreads} were";
    }
}

/// <summary>How a case ended.</summary>
/// <param name="WasRefused">By a documented exception; else the library got by, where there is no failure.</param>
/// <param name="Failure">What was wrong; null where all was right.</param>
/// <param name="Duration">What it took.</param>
/// <param name="Memory">The bytes that it took at most; 0 where nobody counts.</param>
internal sealed record AttackResult(bool WasRefused, string? Failure, TimeSpan Duration, long Memory)
{
    /// <summary>Whether its thread was left behind.</summary>
    public bool Hangs { get; init; }
}
