using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Native;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>A process that opens a model and predicts one photograph several times.</summary>
internal static class FirstCallChild
{
    private const int LaterCalls = 10;

    public static void Run(Side side, Workload workload, string modelFile, string photograph)
    {
        TorchRuntime.EnsureAvailable();
        if (workload.Threads is int threads)
            TorchSharp.torch.set_num_threads(threads);

        if (side == Side.Bare)
        {
            using var bare = new BarePredictor(workload.Network(), classes: 2);
            Answer(() => bare.Predict(photograph));
        }
        else
        {
            using Predictor predictor = Predictor.Load(modelFile);
            Answer(() => predictor.Predict(photograph));
        }
    }

    private static void Answer(Action predict)
    {
        double first = Latency.Of(predict);
        double[] later = [.. Enumerable.Range(0, LaterCalls).Select(_ => Latency.Of(predict))];
        ChildProcess.Answer(new FirstCall(first, Statistics.Quantile(later, 0.5)));
    }
}
