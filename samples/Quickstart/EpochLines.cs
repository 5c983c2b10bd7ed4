using Spectre.Console;
using TransferLearning;
using TransferLearning.Training;

namespace Quickstart;

/// <summary>Prints a line for every epoch.</summary>
internal sealed class EpochLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Completed is EpochRecord epoch)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"  epoch {epoch.Epoch,2} of {value.Epochs}  training loss {epoch.Training["loss"]:0.000}  validation accuracy {epoch.Validation["accuracy"]:P0}  [grey]{epoch.Duration.TotalSeconds:0.0} s[/]");
        }
    }
}
