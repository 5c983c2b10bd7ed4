using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TransferLearning.Tests.FeatureStorage;

/// <summary>A <see cref="StoreUser"/> in a process of its own.</summary>
internal static class StoreProcess
{
    /// <summary>Runs to its end; what it complained of, and what it failed with.</summary>
    public static async Task<string> Use(string directory, int seed)
    {
        string dotnet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        string[] arguments = ["exec", typeof(StoreProcess).Assembly.Location, directory, seed.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return await output + await error + (process.ExitCode == 0 ? "" : $"Exit code {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
