using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Micro;

internal static class MicroCommand
{
    public static Command Create()
    {
        var command = new Command("micro", "The library's parts by BenchmarkDotNet, whose arguments follow; all of them where none does. Photographs are made in code.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(arguments => Run([.. arguments.UnmatchedTokens]));
        return command;
    }

    private static void Run(string[] arguments)
    {
        using var cache = new TemporaryCache();
        BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments is [] ? ["--filter", "*"] : arguments, Configuration());
    }

    // In this process: a program built for each benchmark would copy libtorch, half a gigabyte, every time.
    private static IConfig Configuration() => DefaultConfig.Instance
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithOptions(ConfigOptions.JoinSummary)
        .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"));
}
