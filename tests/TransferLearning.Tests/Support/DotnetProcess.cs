using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TransferLearning.Tests.Support;

/// <summary>Runs .NET programs in processes of their own, each to its end, or for five minutes.</summary>
internal static class DotnetProcess
{
    private static readonly string _dotnet = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    /// <summary>False where the tests were published on their own.</summary>
    public static bool HasSdk => File.Exists(_dotnet);

    /// <summary>Runs the program of the tests with a verb; it needs no SDK.</summary>
    public static Task<(int ExitCode, string Output, string Error)> OfTheTests(
        IEnumerable<string> arguments, Action<IDictionary<string, string?>>? adaptEnvironment = null, TimeSpan? longest = null) =>
        ToItsEnd(StartTests(arguments, adaptEnvironment), longest ?? _longest);

    /// <summary>Starts the program of the tests with a verb; the caller ends it.</summary>
    public static Process StartTests(IEnumerable<string> arguments, Action<IDictionary<string, string?>>? adaptEnvironment = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "TransferLearning.Tests");
        return Start(OperatingSystem.IsWindows() ? $"{program}.exe" : program, arguments, start =>
        {
            start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(_dotnet);
            adaptEnvironment?.Invoke(start.Environment);
        });
    }

    /// <summary>Runs another application; skips the test where there is no dotnet.</summary>
    public static Task<(int ExitCode, string Output, string Error)> Run(string application, IEnumerable<string> arguments, Action<IDictionary<string, string?>>? adaptEnvironment = null) =>
        Command(["exec", application, .. arguments], start => adaptEnvironment?.Invoke(start.Environment));

    /// <summary>Runs a command of the SDK; skips the test where there is none.</summary>
    public static Task<(int ExitCode, string Output, string Error)> Command(IEnumerable<string> arguments, Action<ProcessStartInfo> adapt)
    {
        RequireSdk();
        return ToItsEnd(Start(_dotnet, arguments, adapt), _longest);
    }

    /// <summary>Skips the test where there is no SDK.</summary>
    public static void RequireSdk() => Skip.IfNot(HasSdk, "needs the .NET SDK; these tests were published without it");

    private static Process Start(string program, IEnumerable<string> arguments, Action<ProcessStartInfo> adapt)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        adapt(start);
        return Process.Start(start)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> ToItsEnd(Process started, TimeSpan longest)
    {
        using Process process = started;
        using var patience = new CancellationTokenSource(longest);
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
