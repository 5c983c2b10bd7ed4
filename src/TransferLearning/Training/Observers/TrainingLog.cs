using Microsoft.Extensions.Logging;
using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning.Training.Observers;

/// <summary>Logs a fit to an <see cref="ILogger"/>: epochs at level Information, steps at level Trace.</summary>
internal sealed partial class TrainingLog(ILogger logger) : ITrainingObserver
{
    public void FitStarting(TrainingRun run)
    {
        LogStart(logger, run.Backbone.Info.Name, run.Options.Epochs, run.Options.BatchSize, run.Options.Seed, run.Precision);
        if (run.Backbone.LoadReport is { } weights && logger.IsEnabled(LogLevel.Information))
            LogWeights(logger, weights.Loaded.Count, weights.Skipped.Count > 0 ? PrintableText.Of(string.Join(", ", weights.Skipped)) : "nothing");
    }

    public void StepEnded(StepRecord step, TrainingRun run) =>
        LogStep(logger, step.Position.Epoch, step.Position.Step, step.Position.StepsPerEpoch, step.Loss, step.LearningRate);

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            if (epoch.Head is not null)
                LogHead(logger, PrintableText.Of($"{epoch.Head}"));
            LogEpoch(logger, epoch.Epoch, run.Options.Epochs, $"{epoch.Training}", $"{epoch.Validation}", epoch.Duration.TotalSeconds, epoch.TorchThreads);
        }
    }

    public void FitEnded(TrainingRun run)
    {
        int epochs = run.History.Trained;
        if (run.History is { Count: > 1, Best: { } best } && logger.IsEnabled(LogLevel.Information))
            LogChoice(logger, best.Epoch, epochs, run.History.Monitored.Name, $"{best.Validation}", $"{run.History[^1].Validation}");
        string reason = PrintableText.Of(run.StopReason ?? "all epochs were run");
        LogEnd(logger, run.Outcome == TrainingOutcome.Diverged ? LogLevel.Warning : LogLevel.Information, run.Outcome, epochs, reason);
        if (run.BestModelFile is { } path)
            LogFile(logger, PrintableText.Of(path));
    }

    public void FitFailed(Exception failure, TrainingRun run) => LogFailure(logger, failure, run.History.Trained);

    public void SampleSkipped(SkippedSample skipped, TrainingRun run) =>
        LogSkipped(logger, PrintableText.Of(skipped.Name), PrintableText.Of(skipped.Reason));

    /// <summary>Logs a problem that does not end the fit.</summary>
    public static void Report(ILogger logger, string sentence) => LogReport(logger, PrintableText.Of(sentence));

    /// <summary>Logs what was decided before the fit.</summary>
    public static void Inform(ILogger logger, string sentence)
    {
        if (logger.IsEnabled(LogLevel.Information))
            LogDecision(logger, PrintableText.Of(sentence));
    }

    [LoggerMessage(LogLevel.Information, "{Sentence}")]
    private static partial void LogDecision(ILogger logger, string sentence);

    [LoggerMessage(LogLevel.Warning, "{Sentence}")]
    private static partial void LogReport(ILogger logger, string sentence);

    [LoggerMessage(LogLevel.Information, "Fitting {Backbone}: {Epochs} epochs, batches of {BatchSize}, seed {Seed}, {Precision}")]
    private static partial void LogStart(ILogger logger, string backbone, int epochs, int batchSize, long seed, ComputePrecision precision);

    [LoggerMessage(LogLevel.Information, "Loaded {Tensors} tensors of the pretrained weights; skipped: {Skipped}")]
    private static partial void LogWeights(ILogger logger, int tensors, string skipped);

    [LoggerMessage(LogLevel.Trace, "Epoch {Epoch}, step {Step} of {StepsPerEpoch}: loss {Loss}, learning rate {LearningRate}")]
    private static partial void LogStep(ILogger logger, int epoch, int step, int stepsPerEpoch, double loss, double learningRate);

    [LoggerMessage(
        LogLevel.Information,
        "Epoch {Epoch} of {Epochs}: training {Training}; validation {Validation}; {Seconds:0.0} s with {Threads} torch threads")]
    private static partial void LogEpoch(ILogger logger, int epoch, int epochs, string training, string validation, double seconds, int threads);

    [LoggerMessage(LogLevel.Information, "Solved the head: {Head}")]
    private static partial void LogHead(ILogger logger, string head);

    [LoggerMessage(LogLevel.Warning, "Skipped '{Image}': {Reason}")]
    private static partial void LogSkipped(ILogger logger, string image, string reason);

    [LoggerMessage(LogLevel.Error, "Fit failed after {Epochs} epochs")]
    private static partial void LogFailure(ILogger logger, Exception failure, int epochs);

    [LoggerMessage("Fit ended ({Outcome}) after {Epochs} epochs: {Reason}")]
    private static partial void LogEnd(ILogger logger, LogLevel level, TrainingOutcome outcome, int epochs, string reason);

    [LoggerMessage(
        LogLevel.Information,
        "Epoch {Best} of {Epochs} was chosen by its {Metric} on the validation images, so its numbers are optimistic: {Chosen}; the last epoch's: {Last}")]
    private static partial void LogChoice(ILogger logger, int best, int epochs, string metric, string chosen, string last);

    [LoggerMessage(LogLevel.Information, "The best model was saved as '{Path}'")]
    private static partial void LogFile(ILogger logger, string path);
}
