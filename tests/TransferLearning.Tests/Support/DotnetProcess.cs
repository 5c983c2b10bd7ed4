using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TransferLearning.Tests.Support;

/// <summary>Runs a .NET application in a process of its own.</summary>
internal static class DotnetProcess
{
    /// <summary>Runs to its end, or for five minutes.</summary>
    public static Task<(int ExitCode, string Output, string Error)> Run(string application, IEnumerable<string> arguments, Action<IDictionary<string, string?>>? adaptEnvironment = null) =>
        Command(["exec", application, .. arguments], start => adaptEnvironment?.Invoke(start.Environment));

    /// <summary>Runs a command of the SDK to its end, or for five minutes.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Command(IEnumerable<string> arguments, Action<ProcessStartInfo> adapt)
    {
        string dotnet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        adapt(start);

        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
