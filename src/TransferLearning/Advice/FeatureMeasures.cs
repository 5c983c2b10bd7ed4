using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Published;
using TransferLearning.Training;

namespace TransferLearning.Advice;

/// <summary>What a network's features tell of a training set's classes before anything is trained. Every image is left out of its own answer.</summary>
public sealed record FeatureMeasures
{
    internal FeatureMeasures()
    {
    }

    /// <summary>The network.</summary>
    public required PretrainedBackbone Backbone { get; init; }

    /// <summary>The number of images that were measured.</summary>
    public required int Images { get; init; }

    /// <summary>The images that could not be read and were left out, if <see cref="TrainerOptions.Unreadable"/> says so.</summary>
    public IReadOnlyList<SkippedSample> Skipped { get; init; } = [];

    /// <summary>The accuracy on them of always answering with the largest class.</summary>
    public required double Chance { get; init; }

    /// <summary>The accuracy of a vote of the five nearest neighbors by cosine, on what the head takes.</summary>
    public required double NeighborAccuracy { get; init; }

    /// <summary>The same on the features of the network with random weights.</summary>
    /// <value>Null if it was not measured.</value>
    public double? UntrainedAccuracy { get; init; }

    /// <summary>The accuracy of nearest neighbors on the output of each stage before the head, first to last, averaged over positions.</summary>
    public required IReadOnlyList<StageAccuracy> Stages { get; init; }

    /// <summary>LogME: the logarithm of the evidence of a Bayesian linear model, per image (You et al., 2021). Higher is better.</summary>
    public required double LogEvidence { get; init; }

    /// <summary>The same on the features of the network with random weights: the gap between both is what pretraining is worth to a linear model.</summary>
    /// <value>Null if it was not measured.</value>
    public double? UntrainedLogEvidence { get; init; }

    /// <summary>The accuracy of a ridge head on images that it was not computed from.</summary>
    public required double RidgeAccuracy { get; init; }

    /// <summary>The mean squared error of that head's outputs.</summary>
    public required double RidgeError { get; init; }

    /// <summary>How much of what an untrained network leaves open the pretraining closes: 0 for nothing, 1 for all, by nearest neighbors.</summary>
    /// <value>Null if the untrained network was not measured.</value>
    public double? Similarity => UntrainedAccuracy switch
    {
        null => null,
        >= 1 => 0,
        double untrained => Math.Clamp((NeighborAccuracy - untrained) / (1 - untrained), 0, 1),
    };

    /// <summary>The stage before the last one whose nearest neighbors are right most often.</summary>
    /// <value>Null if there is one stage before the head.</value>
    public StageAccuracy? BestEarlierStage => Stages.Count > 1 ? Stages.SkipLast(1).MaxBy(stage => stage.Accuracy) : null;

    /// <summary>The measures in one line.</summary>
    public override string ToString() => PrintableText.Of(FormattableString.Invariant(
        $"{Backbone.Info.Name}: ridge {RidgeAccuracy:P1}, nearest neighbors {NeighborAccuracy:P1}, LogME {LogEvidence:0.000}, {Images} images"));

    internal static FeatureMeasures Of(PretrainedBackbone backbone, StageFeatures features, CancellationToken cancellationToken)
    {
        int[] classes = features.Classes;
        var stages = new List<StageAccuracy>();
        foreach ((string name, double[][] values) in features.Stages.Zip(features.Values))
        {
            cancellationToken.ThrowIfCancellationRequested();
            stages.Add(new StageAccuracy(name, NeighborVote.Accuracy(values, classes)));
        }
        var ridge = LeftOutRidge.Of(features.Last, classes, cancellationToken);
        return new FeatureMeasures
        {
            Backbone = backbone,
            Images = classes.Length,
            Chance = (double)classes.CountBy(label => label).Max(entry => entry.Value) / classes.Length,
            Skipped = features.Skipped,
            NeighborAccuracy = stages[^1].Accuracy,
            Stages = stages,
            LogEvidence = Advice.LogEvidence.Of(features.Last, classes),
            RidgeAccuracy = ridge.Accuracy,
            RidgeError = ridge.Error,
        };
    }
}

/// <summary>The accuracy of nearest neighbors on the output of a stage.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Accuracy">0 to 1.</param>
public sealed record StageAccuracy(string Stage, double Accuracy);
