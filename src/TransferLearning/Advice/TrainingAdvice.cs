using System.Globalization;
using System.Text;
using TransferLearning.Advice;
using TransferLearning.Internal;

namespace TransferLearning;

/// <summary>Which layers of a network to train on a data set, and what that was concluded from. Immutable.</summary>
public sealed record TrainingAdvice
{
    internal TrainingAdvice()
    {
    }

    /// <summary>The policy to choose.</summary>
    public required TrainingPolicy Policy { get; init; }

    /// <summary>Why, in a sentence with the numbers that decided.</summary>
    public required string Reason { get; init; }

    /// <summary>The policy to try next.</summary>
    public required TrainingPolicy RunnerUp { get; init; }

    /// <summary>The size and balance of the training images.</summary>
    public required DatasetSummary Data { get; init; }

    /// <summary>What the network's features tell of the classes.</summary>
    public required FeatureMeasures Features { get; init; }

    /// <summary>The estimated duration of a fit by each policy.</summary>
    /// <value>Empty if it was not asked for.</value>
    public IReadOnlyList<PolicyEstimate> Estimates { get; init; } = [];

    /// <summary>A table of what was measured, and the advice.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Row("training images", $"{Data.Images} in {Data.Classes} classes, {Data.Smallest} to {Data.Largest} each (imbalance {Data.Imbalance:0.0})");
        string skipped = Features.Skipped.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {Features.Skipped.Count} unreadable");
        Row("network", $"{PrintableText.Of(Features.Backbone.Info.Name)}, measured on {Features.Images} images, each left out{skipped}");
        Row("nearest neighbors", $"{Features.NeighborAccuracy:P1}; untrained network {Features.UntrainedAccuracy:P1}; chance {Features.Chance:P1}");
        if (Features.BestEarlierStage is { } earlier)
            Row("earlier stages", $"{earlier.Accuracy:P1} at best ({PrintableText.Of(earlier.Stage)})");
        Row("similarity", $"{Features.Similarity:0.00}");
        Row("ridge head", $"{Features.RidgeAccuracy:P1}");
        Row("LogME", $"{Features.LogEvidence:0.000}; untrained network {Features.UntrainedLogEvidence:0.000}");
        foreach (TrainingPolicy policy in TrainingPolicy.All)
        {
            string mark = policy == Policy ? "recommended" : policy == RunnerUp ? "runner-up" : "";
            PolicyEstimate? estimate = Estimates.FirstOrDefault(entry => entry.Policy == policy);
            string duration = estimate is null ? "" : string.Create(CultureInfo.InvariantCulture, $"about {estimate.Duration.TotalSeconds:0} s");
            text.AppendLine($"{policy.Name,-22}{duration,-14}{mark}".TrimEnd());
        }
        return text.Append(PrintableText.Of(Reason)).ToString();

        void Row(string name, FormattableString value) => text.AppendLine($"{name,-22}{FormattableString.Invariant(value)}");
    }
}
