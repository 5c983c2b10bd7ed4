using System.Diagnostics;
using TransferLearning.Native;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>
/// With how many threads a fit computes: as many as its options say, or as trials on its network find fastest. There is a
/// trial at the start, another where steps become several times slower, and, after one that ended below all threads, one
/// at a later epoch, when the machine may be idle again.
/// </summary>
internal sealed class ComputeThreads(TrainerOptions options, Backbone backbone)
{
    private const int TrialBatch = 4;
    private const int PauseInTrials = 20; // trials below all threads take at most a twentieth of the time

    private readonly int _most = TorchThreads.Count; // before any use of fewer
    private int? _network = options.TorchThreads;
    private Slowdown _slowdown = new();
    private long _nextTrial;

    /// <summary>Sets the number for work with the network until the result is disposed; it may have to be found.</summary>
    /// <remarks>A trial puts the network in evaluation mode.</remarks>
    public IDisposable UseForNetwork()
    {
        bool mayBeMore = _network < _most && Stopwatch.GetTimestamp() >= _nextTrial;
        if (options.TorchThreads is null && (_network is null || mayBeMore))
            Try();
        return TorchThreads.Use(_network!.Value);
    }

    /// <summary>Sets the number for work with the head alone, too little for more than one thread.</summary>
    public IDisposable UseForHead() => TorchThreads.Use(options.TorchThreads ?? 1);

    /// <summary>Takes note of how long a full step with the network took, and tries anew where steps have become slow.</summary>
    /// <returns>Whether there was a trial, which leaves the network in evaluation mode.</returns>
    public bool TriedAfter(TimeSpan step)
    {
        if (options.TorchThreads is not null || _most == 1 || !_slowdown.Noticed(step))
            return false;
        Try();
        TorchThreads.Count = _network!.Value;
        return true;
    }

    private void Try()
    {
        long start = Stopwatch.GetTimestamp();
        _network = ThreadTrial.Fastest(_most, Forward);
        long end = Stopwatch.GetTimestamp();
        _nextTrial = end + ((end - start) * PauseInTrials);
        _slowdown = new Slowdown(); // steps are to be compared with those of the same number
    }

    private void Forward()
    {
        backbone.Network.eval(); // in training, batch norms would learn from the trial
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        int side = options.EvaluationPreprocessing.CropTo;
        backbone.Forward(zeros([TrialBatch, side, side, 3], device: options.Device).permute(0, 3, 1, 2));
    }
}
