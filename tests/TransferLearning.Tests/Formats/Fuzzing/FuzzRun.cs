using System.Diagnostics;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>
/// Damages every file of weights beside the checkout: "dotnet run -c Release --project tests/TransferLearning.Tests -- fuzz COUNT [SEED [FILE...]]",
/// or files that are named, of ONNX too.
/// A quarter of the mutations goes to the small reference files alike, the rest to the real ones in inverse proportion to the square root of
/// their size, so that each gets thousands and the large ones do not take all the time. "fuzz-one FILE SEED NUMBER" does one mutation again.
/// </summary>
internal static class FuzzRun
{
    public const string Verb = "fuzz";
    public const string VerbOfOne = "fuzz-one";
    public const long UsualSeed = 20240521;

    private const int MostFailuresTold = 20;

    public static readonly string[] ReferenceFiles =
        ["reference/checkpoints/zip.pth", "reference/checkpoints/zip_protocol4.pth", "reference/checkpoints/legacy.pth", "reference/checkpoints/tar.pth", "reference/checkpoints/all_types.safetensors"];

    /// <summary>Runs, and prints the table.</summary>
    /// <param name="count">The number of mutations.</param>
    /// <param name="seed">Which ones.</param>
    /// <param name="files">Files that share them alike, of weights or ONNX; none: those beside the checkout.</param>
    /// <returns>The process's exit code: 0 where every read ended as it should.</returns>
    public static int Run(int count, long seed, params string[] files)
    {
        // Where native code kills the process, this file still says what it was reading.
        string trace = Path.Combine(Path.GetTempPath(), $"transferlearning-fuzz-{Environment.ProcessId}.txt");
        using var current = new FileStream(trace, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.DeleteOnClose });
        Console.WriteLine(
            $"{count} mutations, seed {seed}. A read may take {Watchdog.Limit.TotalSeconds} s, and memory of {FuzzedFile.MemoryTimesFile} times the file and {FuzzedFile.MemoryForAnyFile} bytes, " +
            $"of ONNX {FuzzedFile.OnnxTimesFile} times and {FuzzedFile.MemoryForAnyOnnx}. " +
            $"Should the process die, {trace} names the last.\n\n{FuzzRow.Head}");

        var watch = Stopwatch.StartNew();
        int failures = 0;
        foreach ((string path, int mutations) in files.Length == 0 ? Shares(count) : files.Select(file => (file, count / files.Length)))
            failures += Damage(path, mutations, seed, current);
        Console.WriteLine($"\n{failures} failures in {watch.Elapsed.TotalSeconds:F0} s");
        return failures == 0 ? 0 : 1;
    }

    /// <summary>Does one mutation again.</summary>
    public static int RunOne(string path, long seed, int number)
    {
        using var watchdog = new Watchdog();
        Console.WriteLine(new FuzzedFile(path).Read(seed, number, watchdog, new ResidentPeak()));
        return 0;
    }

    private static IEnumerable<(string Path, int Mutations)> Shares(int count)
    {
        foreach (string file in ReferenceFiles)
            yield return (Path.Combine(ReferenceData.Root, file), count / 4 / ReferenceFiles.Length);

        int left = count - count / 4 / ReferenceFiles.Length * ReferenceFiles.Length;
        FileInfo[] real = [.. new DirectoryInfo(Path.Combine(ReferenceData.Root, "weights")).GetFiles().OrderBy(file => file.Length)];
        double weight = real.Sum(Weight);
        foreach (FileInfo file in real)
        {
            int share = (int)Math.Round(left * Weight(file) / weight);
            yield return (file.FullName, share);
            left -= share;
            weight -= Weight(file);
        }
    }

    private static double Weight(FileInfo file) => 1 / Math.Sqrt(file.Length);

    private static int Damage(string path, int mutations, long seed, FileStream current)
    {
        var file = new FuzzedFile(path);
        var row = new FuzzRow(file);
        var resident = new ResidentPeak();
        using var watchdog = new Watchdog();
        int failures = 0;
        for (int number = 0; number < mutations; number++)
        {
            RandomAccess.Write(current.SafeFileHandle, System.Text.Encoding.UTF8.GetBytes($"{VerbOfOne} {path} {seed} {number}\n".PadRight(256)), 0);
            try
            {
                row.Add(file.Read(seed, number, watchdog, resident));
            }
            catch (FuzzFailureException failure)
            {
                if (++failures <= MostFailuresTold)
                    Console.Error.WriteLine(failure.Message);
            }
        }
        Console.WriteLine(row);
        return failures;
    }
}
