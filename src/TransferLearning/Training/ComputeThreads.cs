using TransferLearning.Backbones;
using TransferLearning.Runtime;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>With how many threads a fit computes: as many as its options say, or as a trial on its network finds fastest.</summary>
internal sealed class ComputeThreads(TrainerOptions options, Backbone backbone)
{
    private const int TrialBatch = 4;

    private readonly int _most = TorchThreads.Count; // before any use of fewer
    private int? _network = options.TorchThreads;

    /// <summary>Sets the number for work with the network until the result is disposed; the first time, it may have to be found.</summary>
    public IDisposable UseForNetwork() => TorchThreads.Use(_network ??= ThreadTrial.Fastest(_most, Forward));

    /// <summary>Sets the number for work with the head alone, too little for more than one thread.</summary>
    public IDisposable UseForHead() => TorchThreads.Use(options.TorchThreads ?? 1);

    private void Forward()
    {
        backbone.Network.eval(); // in training, batch norms would learn from the trial
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        int side = options.EvaluationPreprocessing.CropTo;
        backbone.Forward(zeros([TrialBatch, side, side, 3], device: options.Device).permute(0, 3, 1, 2));
    }
}
