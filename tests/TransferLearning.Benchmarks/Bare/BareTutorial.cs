using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Benchmarks.Setup;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>
/// The tutorial as one would write it on TorchSharp alone: its network, its data loader, its optimizer, its scheduler,
/// float32, loss and hits counted by batch, the best weights kept. Only weights are read by this library, for TorchSharp
/// has no reader for them.
/// </summary>
internal sealed class BareTutorial : IDisposable
{
    private const int LoaderWorkers = 4; // as the tutorial has it
    private const int MostFailures = 3;

    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly DataLoader _training;
    private readonly DataLoader _validation;
    private readonly SGD _optimizer;
    private readonly optim.lr_scheduler.LRScheduler _scheduler;
    private readonly string _bestWeights = Path.GetTempFileName();
    private long _mostRight = -1;

    public BareTutorial(Workload workload, int batchSize, bool headOnly)
    {
        Device device = workload.OpenDevice();
        _network = BareNetwork.Open(workload.Network(), headOnly).to(device);
        _training = Load("train", training: true);
        _validation = Load("val", training: false);
        _optimizer = optim.SGD(_network.parameters().Where(parameter => parameter.requires_grad), learningRate: 1e-3, momentum: 0.9);
        _scheduler = optim.lr_scheduler.StepLR(_optimizer, step_size: 7, gamma: 0.1);

        DataLoader Load(string folder, bool training) => new(
            new BareImageFolder(Path.Combine(workload.DataFolder, folder), training), batchSize, shuffle: training, device, num_worker: LoaderWorkers);
    }

    /// <summary>One epoch: training, then validation.</summary>
    /// <remarks>TorchSharp's optimizer loses a scalar to the garbage collector now and then, which ends the epoch (docs/memory-and-threads.md); it is then run anew.</remarks>
    public TimeSpan Epoch()
    {
        for (int failures = 0; ; failures++)
        {
            try
            {
                return RunEpoch();
            }
            catch (Exception lost) when (lost.GetBaseException() is ExternalException && failures < MostFailures)
            {
                Console.Error.WriteLine("TorchSharp lost a scalar; the epoch starts again.");
            }
        }
    }

    public void Dispose()
    {
        _training.Dispose();
        _validation.Dispose();
        _optimizer.Dispose();
        _network.Dispose();
        File.Delete(_bestWeights);
    }

    private TimeSpan RunEpoch()
    {
        long start = Stopwatch.GetTimestamp();
        _network.train();
        double lossSum = 0;
        long right = 0;
        foreach (Dictionary<string, Tensor> batch in _training)
        {
            using var scope = NewDisposeScope();
            _optimizer.zero_grad();
            Tensor output = _network.forward(batch["data"]);
            Tensor loss = nn.functional.cross_entropy(output, batch["label"]);
            loss.backward();
            _optimizer.step();
            lossSum += loss.item<float>() * output.shape[0];
            right += Right(output, batch["label"]);
        }
        _scheduler.step();
        Report("train", lossSum, right, _training.dataset.Count);

        _network.eval();
        using IDisposable noGradient = no_grad();
        lossSum = 0;
        right = 0;
        foreach (Dictionary<string, Tensor> batch in _validation)
        {
            using var scope = NewDisposeScope();
            Tensor output = _network.forward(batch["data"]);
            lossSum += nn.functional.cross_entropy(output, batch["label"]).item<float>() * output.shape[0];
            right += Right(output, batch["label"]);
        }
        Report("val", lossSum, right, _validation.dataset.Count);

        if (right > _mostRight)
        {
            _mostRight = right;
            _network.save(_bestWeights);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    private static long Right(Tensor output, Tensor labels) => output.argmax(1).eq(labels).sum().item<long>();

    // On the error stream, beside the progress of the rounds; the results have the output to themselves.
    private static void Report(string phase, double lossSum, long right, long count) =>
        Console.Error.WriteLine($"bare, {phase}: loss {lossSum / count:0.0000}, accuracy {(double)right / count:0.0000}");
}
