using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using TransferLearning.Backbones;
using TransferLearning.Weights;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>
/// The tutorial as one would write it on TorchSharp alone: its data loader, its optimizer, its scheduler, float32, batch
/// norm left to drift. Only the network and its weights are this library's, for TorchSharp has no reader for them.
/// </summary>
internal sealed class BareTutorial : IDisposable
{
    private const int LoaderWorkers = 4; // as the tutorial has it
    private const int MostFailures = 3;

    private readonly Backbone _backbone;
    private readonly DataLoader _training;
    private readonly DataLoader _validation;
    private readonly SGD _optimizer;
    private readonly optim.lr_scheduler.LRScheduler _scheduler;

    public BareTutorial(PretrainedBackbone network, string dataFolder, int batchSize, bool headOnly)
    {
        _backbone = BackboneLoader.Open(network, classes: 2, seed: 0);
        foreach ((string name, Parameter parameter) in _backbone.Network.named_parameters())
            parameter.requires_grad = !headOnly || _backbone.Info.IsHead(name);

        _training = new DataLoader(new BareImageFolder(Path.Combine(dataFolder, "train"), training: true), batchSize, shuffle: true, num_worker: LoaderWorkers);
        _validation = new DataLoader(new BareImageFolder(Path.Combine(dataFolder, "val"), training: false), batchSize, shuffle: false, num_worker: LoaderWorkers);
        _optimizer = optim.SGD(_backbone.Network.parameters().Where(parameter => parameter.requires_grad), learningRate: 1e-3, momentum: 0.9);
        _scheduler = optim.lr_scheduler.StepLR(_optimizer, step_size: 7, gamma: 0.1);
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
        _backbone.Dispose();
    }

    private TimeSpan RunEpoch()
    {
        long start = Stopwatch.GetTimestamp();
        _backbone.Network.train();
        foreach (Dictionary<string, Tensor> batch in _training)
        {
            using var scope = NewDisposeScope();
            _optimizer.zero_grad();
            Tensor output = _backbone.Network.forward(batch["data"]);
            Tensor loss = nn.functional.cross_entropy(output, batch["label"]);
            loss.backward();
            _optimizer.step();
            loss.item<float>();
        }
        _scheduler.step();

        _backbone.Network.eval();
        using IDisposable noGradient = no_grad();
        long right = 0;
        foreach (Dictionary<string, Tensor> batch in _validation)
        {
            using var scope = NewDisposeScope();
            Tensor output = _backbone.Network.forward(batch["data"]);
            right += output.argmax(1).eq(batch["label"]).sum().item<long>();
        }
        return Stopwatch.GetElapsedTime(start);
    }
}
