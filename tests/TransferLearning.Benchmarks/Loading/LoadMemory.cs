using TransferLearning.Benchmarks.Machine;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Native;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>Peaks of resident memory, each task in processes of its own.</summary>
/// <param name="Nothing">With libtorch loaded, in megabytes.</param>
/// <param name="Build">With the network built.</param>
/// <param name="Open">With the network opened.</param>
internal sealed record LoadMemory(Measurement Nothing, Measurement Build, Measurement Open)
{
    private const int Rounds = 3;

    public static LoadMemory Of(string backbone, string weightsFile)
    {
        Measurement[] peaks = Interleaved.Medians("memory", Rounds, [.. Enum.GetValues<LoadTask>().Select(Peak)]);
        return new LoadMemory(peaks[0], peaks[1], peaks[2]);

        Func<double> Peak(LoadTask task) => () =>
            ChildProcess.Run<long>(LoadCommand.ChildName, $"{task}", "--backbone", backbone, "--weights", weightsFile) / 1e6;
    }

    /// <summary>What the child does.</summary>
    public static void RunChild(LoadTask task, string backbone, string weightsFile)
    {
        TorchRuntime.EnsureAvailable();
        using Tensor first = zeros(1);
        PretrainedBackbone network = Pretrained.ByName(backbone);
        using IDisposable? opened = task switch
        {
            LoadTask.Build => network.Build(),
            LoadTask.Open => BackboneLoader.Open(network.WithWeights(weightsFile), outputCount: null, seed: 0),
            _ => null,
        };
        ChildProcess.Answer(PeakMemory.Bytes());
    }
}
