using TransferLearning.Metrics;

namespace TransferLearning.Advice;

/// <summary>From measures to a policy. What few images show is uncertain, so that ends of 95 % intervals decide. docs/advisor.md tells what the thresholds
/// were checked on.</summary>
internal static class PolicyRule
{
    private const double HeadIsEnough = 0.95;
    private const double SimilarFrom = 0.5;
    private const double EarlierWinsBy = 0.02;
    private const double FewImagesPerClass = 20;

    /// <summary>Chooses a policy, the one that is next, and says why.</summary>
    /// <param name="data">All training images.</param>
    /// <param name="features">What was measured.</param>
    public static (TrainingPolicy Policy, TrainingPolicy RunnerUp, string Reason) Choose(DatasetSummary data, FeatureMeasures features)
    {
        WilsonInterval ridge = Interval(features.RidgeAccuracy, features.Images);
        string head = FormattableString.Invariant($"a head on fixed features is right on {features.RidgeAccuracy:P1} of {features.Images} images left out")
            + FormattableString.Invariant($" ({ridge.Low:P1} to {ridge.High:P1})");
        if (ridge.High >= HeadIsEnough)
        {
            return (TrainingPolicy.HeadOnFeatures, TrainingPolicy.ProbeThenFineTune,
                $"Already {head}, so what fine-tuning could gain would hardly be seen.");
        }
        if (ridge.Low <= features.Chance)
        {
            return (TrainingPolicy.AllLayers, TrainingPolicy.ProbeThenFineTune,
                FormattableString.Invariant($"The features tell little: {head}, and always answering the largest class on {features.Chance:P1}, ")
                + "so a solved head is no start.");
        }

        double least = Interval(features.NeighborAccuracy, features.Images).Low;
        double similarity = features.UntrainedAccuracy is < 1 and double untrained ? (least - untrained) / (1 - untrained) : 0;
        StageAccuracy? earlier = features.BestEarlierStage;
        bool earlierWins = earlier is not null && earlier.Accuracy > features.NeighborAccuracy + EarlierWinsBy;
        bool isSimilar = similarity >= SimilarFrom && !earlierWins;
        string size = FormattableString.Invariant($"{data.Images} images, {data.ImagesPerClass:0.#} a class");
        string neighbors = FormattableString.Invariant(
            $"nearest neighbors are right on {features.NeighborAccuracy:P1}, {features.UntrainedAccuracy:P1} without the pretraining");
        if (isSimilar && data.ImagesPerClass < FewImagesPerClass)
        {
            return (TrainingPolicy.HeadOnFeatures, TrainingPolicy.ProbeThenFineTune,
                $"The pretraining resembles these classes ({neighbors}), {size}, are few to change it by, and {head}.");
        }
        string resemblance = isSimilar ? $"The pretraining resembles these classes ({neighbors}), but {size}, are enough to adapt it"
            : earlierWins ? FormattableString.Invariant($"Stage {earlier!.Stage} tells these classes apart better ({earlier.Accuracy:P1}; {neighbors})")
            : $"That the pretraining resembles these classes is not sure ({neighbors})";
        return (TrainingPolicy.ProbeThenFineTune, isSimilar ? TrainingPolicy.HeadOnFeatures : TrainingPolicy.LastStage, $"{resemblance}, and {head}: a start.");
    }

    private static WilsonInterval Interval(double accuracy, int images) => new((long)Math.Round(accuracy * images), images);
}
