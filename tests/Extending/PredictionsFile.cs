using System.Globalization;
using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Writes what the network says of each validation image, epoch by epoch, as CSV.</summary>
public sealed class PredictionsFile(string path) : ITrainingObserver
{
    private readonly List<string> _lines = ["epoch,image,class,prediction"];

    public void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run)
    {
        using Tensor largest = outcome.Output.argmax(1).cpu(); // [N]
        IDatasetSource validation = run.Options.Data.Validation;
        foreach ((int index, long prediction) in indices.Zip(largest.data<long>()))
        {
            Sample sample = validation.Samples[index];
            string epoch = run.Position.Epoch.ToString(CultureInfo.InvariantCulture);
            _lines.Add(string.Join(',', epoch, sample.Name, validation.Classes[sample.ClassIndex], validation.Classes[(int)prediction]));
        }
    }

    public void EpochEnded(EpochRecord epoch, TrainingRun run) => File.WriteAllLines(path, _lines);

    public void FitFailed(Exception failure, TrainingRun run) => File.WriteAllLines(path, [.. _lines, $"failed: {failure.Message}"]);
}
