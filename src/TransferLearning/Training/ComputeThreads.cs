using System.Diagnostics;
using TransferLearning.Batching;
using TransferLearning.Metrics;
using TransferLearning.Native;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The number of torch threads of a fit: from its options, or the fastest in a trial with its network. There is a trial at the start, another if
/// steps become several times slower, and, if a trial chose fewer than all threads, one at a later epoch, when the machine may be idle again. There is none
/// where the network computes on another device than the CPU.</summary>
/// <param name="options">May set the number.</param>
/// <param name="backbone">The network; borrowed.</param>
/// <param name="state">Holds the number.</param>
internal sealed class ComputeThreads(TrainerOptions options, Backbone backbone, TrainingState state)
{
    private const int TrialBatch = 4;
    private const int PauseInTrials = 20; // trials below all threads take at most a twentieth of the time

    private readonly int _most = TorchThreads.Count; // before it is lowered
    private readonly bool _triesNumbers = options.TorchThreads is null && options.ComputesOnCpu;
    private Slowdown _slowdown = new();
    private long _nextTrial;

    /// <summary>Sets the number for the whole network until the result is disposed; runs a trial if necessary.</summary>
    public IDisposable UseForNetwork()
    {
        bool mayBeMore = state.TorchThreads < _most && Stopwatch.GetTimestamp() >= _nextTrial;
        if (_triesNumbers && (state.TorchThreads is null || mayBeMore))
            Try();
        return TorchThreads.Use(state.TorchThreads ?? _most);
    }

    /// <summary>Sets the number for the head alone, which is too small for more than one thread.</summary>
    public IDisposable UseForHead() => TorchThreads.Use(options.TorchThreads ?? 1);

    /// <summary>Measures each full step of the network, and runs a new trial if steps have become slow.</summary>
    /// <returns>The same step, measured.</returns>
    public ITrainingStep Watch(ITrainingStep step) => _triesNumbers && _most > 1 ? new WatchedStep(step, this) : step;

    private void Note(Batch batch, TimeSpan step)
    {
        bool isWhole = batch.Count == options.BatchSize && batch.FirstStage == 0; // others are faster for other reasons
        if (!isWhole || !_slowdown.Noticed(step))
            return;
        Try();
        TorchThreads.Count = state.TorchThreads!.Value;
    }

    private void Try()
    {
        long start = Stopwatch.GetTimestamp();
        using (new KeptModes(backbone.Network))
            state.TorchThreads = ThreadTrial.Fastest(_most, Forward);
        long end = Stopwatch.GetTimestamp();
        _nextTrial = end + ((end - start) * PauseInTrials);
        _slowdown = new Slowdown(); // steps are compared only with steps of the same number
    }

    private void Forward()
    {
        backbone.Network.eval(); // in training mode, the trial would update batch-norm statistics
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        int side = options.EvaluationPreprocessing.CropTo;
        backbone.Forward(zeros([TrialBatch, side, side, 3], device: CPU).permute(0, 3, 1, 2));
    }

    private sealed class WatchedStep(ITrainingStep step, ComputeThreads threads) : ITrainingStep
    {
        public BatchOutcome Run(Batch batch, TrainingPosition position)
        {
            long start = Stopwatch.GetTimestamp();
            BatchOutcome outcome = step.Run(batch, position);
            threads.Note(batch, Stopwatch.GetElapsedTime(start));
            return outcome;
        }

        public void EpochEnded(TrainingPosition position) => step.EpochEnded(position);
    }
}
