using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Soak;

/// <summary>
/// Fits, cancelled fits and predictions side by side, for hours if need be: "dotnet run -c Release --project tests/TransferLearning.Tests -- soak --minutes N [WORK...]".
/// Memory, tensors, handles and threads must not grow: each is sampled every second, and its slope is printed with its 95 % interval.
/// </summary>
internal static class SoakRun
{
    public const string Verb = "soak";

    /// <summary>The part of the time, at the beginning, in which pools and caches fill and nothing is judged.</summary>
    private const double WarmUp = 0.25;

    /// <summary>Runs, and prints the counts and slopes.</summary>
    /// <returns>0 where every piece of work ended as it should.</returns>
    public static int Run(TimeSpan duration, params string[] work)
    {
        (SoakCounts counts, IReadOnlyList<ResourceSample> samples) = Load(duration, work);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{duration.TotalMinutes:F0} minutes: {counts.Fits} fits, {counts.Cancelled} cancelled, {counts.Predictions} predictions, {counts.Errors.Count} kinds of errors"));
        foreach ((string message, int times) in counts.Errors)
            Console.WriteLine($"  {times} x {message}");
        Console.WriteLine();
        Console.WriteLine("| resource | first | last | slope per hour | 95 % interval |");
        Console.WriteLine("|---|--:|--:|--:|--:|");
        foreach (Slope slope in Slopes(samples))
            Console.WriteLine(slope);
        return counts.Errors.IsEmpty && counts.Fits + counts.Predictions > 0 ? 0 : 1;
    }

    /// <summary>Works for a time, and samples what the process holds.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="work">What is done (<see cref="SoakLoad"/>'s methods); everything by default.</param>
    public static (SoakCounts Counts, IReadOnlyList<ResourceSample> Samples) Load(TimeSpan duration, params string[] work)
    {
        var counts = new SoakCounts();
        using var load = new SoakLoad(counts);
        using var end = new CancellationTokenSource();
        Thread[] threads = [.. load.Loops.Where(loop => work.Length == 0 || work.Contains(loop.Method.Name)).Select(loop => new Thread(() => Repeat(loop, counts, end.Token)))];
        foreach (Thread thread in threads)
            thread.Start();

        var samples = new List<ResourceSample>();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
        {
            samples.Add(ResourceSample.Take(watch.Elapsed, counts.Tensors.Values.Sum()));
            Thread.Sleep(duration < TimeSpan.FromMinutes(1) ? 50 : 1000);
        }
        end.Cancel();
        foreach (Thread thread in threads)
            thread.Join();
        return (counts, samples);
    }

    /// <summary>The slope of each resource after the warm-up.</summary>
    public static IReadOnlyList<Slope> Slopes(IReadOnlyList<ResourceSample> samples)
    {
        ResourceSample[] judged = [.. samples.Skip((int)(samples.Count * WarmUp))];
        return
        [
            Slope.Of("resident memory, MiB", judged, sample => sample.ResidentBytes / 1024.0 / 1024),
            Slope.Of("managed memory, MiB", judged, sample => sample.ManagedBytes / 1024.0 / 1024),
            Slope.Of("live tensors", judged, sample => sample.Tensors),
            Slope.Of("handles", judged, sample => sample.Handles),
            Slope.Of("threads", judged, sample => sample.Threads),
        ];
    }

    private static void Repeat(Action work, SoakCounts counts, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                work();
                counts.Tensors[Environment.CurrentManagedThreadId] = LiveTensors.Count;
            }
            catch (Exception error)
            {
                counts.Errors.AddOrUpdate($"{error.GetType().Name}: {error.Message}", 1, (_, times) => times + 1);
            }
        }
    }
}

/// <summary>What was done, counted by all threads.</summary>
internal sealed class SoakCounts
{
    public long Fits;
    public long Cancelled;
    public long Predictions;

    /// <summary>The live tensors of each thread after its last piece of work.</summary>
    public ConcurrentDictionary<int, long> Tensors { get; } = [];

    /// <summary>Messages of unexpected exceptions, with how often each came.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = [];
}
