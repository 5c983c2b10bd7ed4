using System.Diagnostics;
using System.Text.Json;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>This program once more, for what only a fresh process can show: its peak of memory, its first call.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a hidden command, whose last line of output is its answer as JSON.</summary>
    /// <exception cref="InvalidOperationException">The child failed.</exception>
    public static T Run<T>(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath!;
        bool throughHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, throughHost ? [typeof(ChildProcess).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
        };

        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        string? answer = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        return child.ExitCode == 0 && answer is not null
            ? JsonSerializer.Deserialize<T>(answer)!
            : throw new InvalidOperationException($"A child process ended with {child.ExitCode}: {string.Join(' ', arguments)}\n{output}");
    }

    /// <summary>The child's side.</summary>
    public static void Answer<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value));
}
