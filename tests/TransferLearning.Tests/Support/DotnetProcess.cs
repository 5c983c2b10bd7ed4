using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TransferLearning.Tests.Support;

/// <summary>Runs a .NET application in a process of its own.</summary>
internal static class DotnetProcess
{
    /// <summary>Runs to its end, or for two minutes.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(string application, IEnumerable<string> arguments, Action<IDictionary<string, string?>>? adaptEnvironment = null)
    {
        string dotnet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        var start = new ProcessStartInfo(dotnet, ["exec", application, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        adaptEnvironment?.Invoke(start.Environment);

        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
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
