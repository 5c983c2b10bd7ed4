using TransferLearning.Inference;

namespace WebClassifier;

/// <summary>What the pages tell about the model, and the limits that they check before they send anything.</summary>
internal sealed record ModelSummary(
    bool IsReady,
    string File,
    string? Network,
    IEnumerable<string> Classes,
    double? Accuracy,
    int MaximumUploadBytes,
    long MaximumPixels,
    bool IsShared)
{
    public static ModelSummary Of(ClassifierOptions options, IPredictor? predictor) => new(
        predictor is not null,
        Path.GetFileName(options.Model),
        predictor?.Metadata.Backbone,
        predictor?.Classes ?? [],
        predictor?.Metadata.Metrics.TryGetValue("accuracy", out double accuracy) == true ? accuracy : null,
        options.MaximumUploadBytes,
        options.MaximumPixels,
        options.ShareModel);
}
