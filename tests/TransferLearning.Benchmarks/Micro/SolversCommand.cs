using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using TransferLearning.Benchmarks.Machine;
using TransferLearning.Data;
using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>What a head in closed form costs on features drawn by chance: 10,000 images of 2048 by default.</summary>
internal static class SolversCommand
{
    public static Command Create()
    {
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 10_000 };
        var features = new Option<int>("--features") { DefaultValueFactory = _ => 2048 };
        var classes = new Option<int>("--classes") { DefaultValueFactory = _ => 10 };
        var command = new Command("solvers", "Time and memory of each head solver.") { images, features, classes };
        command.SetAction(arguments => Run(arguments.GetValue(images), arguments.GetValue(features), arguments.GetValue(classes)));
        return command;
    }

    private static void Run(int images, int features, int classes)
    {
        HeadProblem problem = Draw(images, features, classes);
        foreach (IHeadSolver solver in new IHeadSolver[] { HeadSolvers.Ridge(), HeadSolvers.ShrinkageLda(), HeadSolvers.Logistic() })
        {
            long start = Stopwatch.GetTimestamp();
            _ = solver.Solve(problem, CancellationToken.None);
            AnsiConsole.WriteLine(FormattableString.Invariant(
                $"{solver.Name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, at most {PeakMemory.Bytes() >> 20} MB in the process"));
        }
    }

    // Classes a little apart: each feature is noise and a tenth of its class's own.
    private static HeadProblem Draw(int images, int features, int classes)
    {
        var random = new Random(1);
        double[][] centers = [.. Enumerable.Range(0, classes).Select(_ => Row())];
        return new HeadProblem
        {
            Features = [.. Enumerable.Range(0, images).Select(image => Row().Zip(centers[image % classes], (noise, center) => noise + 0.1 * center).ToArray())],
            Targets = [.. Enumerable.Range(0, images).Select(image => Enumerable.Range(0, classes).Select(output => output == image % classes ? 1.0 : 0).ToArray())],
            Labels = LabelKind.Class,
            Samples = [.. Enumerable.Range(0, images).Select(image => new Sample($"{image}", image % classes))],
        };

        double[] Row() => [.. Enumerable.Range(0, features).Select(_ => random.NextDouble() - 0.5)];
    }
}
