using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Support;

/// <summary>Counts the images that go through the first convolution of a <see cref="StagedSmallNetwork"/> during a fit.</summary>
internal sealed class SeenImages : ITrainingObserver
{
    private readonly List<int> _afterEpoch = [];

    public int Count { get; private set; }

    /// <summary>The most at once since this was set to 0.</summary>
    public int Largest { get; set; }

    /// <summary>How many there were after each epoch.</summary>
    public IReadOnlyList<int> AfterEpoch => _afterEpoch;

    public void FitStarting(TrainingRun run) =>
        ((StagedSmallNetwork)run.Backbone.Network).conv1.register_forward_pre_hook((_, input) =>
        {
            Count += (int)input.shape[0];
            Largest = Math.Max(Largest, (int)input.shape[0]);
            return input;
        });

    public void EpochEnded(EpochRecord epoch, TrainingRun run) => _afterEpoch.Add(Count);
}
