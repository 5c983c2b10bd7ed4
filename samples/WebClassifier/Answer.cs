using TransferLearning;
using TransferLearning.Predictions;

namespace WebClassifier;

/// <summary>What is answered about an image.</summary>
/// <param name="Text">The prediction in one line.</param>
/// <param name="Labels">What the model names: one class, or any number where it knows several per image.</param>
/// <param name="Scores">The most probable classes; empty where the model tells values.</param>
/// <param name="Values">The values, where the model tells values; else empty.</param>
internal sealed record Answer(string Text, IEnumerable<string> Labels, IEnumerable<LabelScore> Scores, IEnumerable<NamedValue> Values)
{
    private const int MostScores = 10;

    public static Answer To(Prediction prediction) => prediction is ValuePrediction
        ? new($"{prediction}", [], [], prediction.Names.Zip(prediction.Numbers, (name, value) => new NamedValue(name, value)))
        : new($"{prediction}", prediction.Labels.Select(score => score.Label), prediction.Scores.Take(MostScores), []);
}

/// <summary>A value and its name.</summary>
internal sealed record NamedValue(string Name, double Value);
