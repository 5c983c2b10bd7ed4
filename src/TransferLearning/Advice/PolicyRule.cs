using TransferLearning.Metrics;

namespace TransferLearning.Advice;

/// <summary>From measures to a policy. docs/advisor.md tells what the thresholds were checked on.</summary>
internal static class PolicyRule
{
    private const double HeadIsEnough = 0.95;
    private const double SimilarFrom = 0.5;
    private const double EarlierWinsBy = 0.02;
    private const double FewImagesPerClass = 20;
    private const int ManyImages = 1000;

    /// <summary>Chooses a policy, the one that is next, and says why.</summary>
    public static (TrainingPolicy Policy, TrainingPolicy RunnerUp, string Reason) Choose(DatasetSummary data, FeatureMeasures features)
    {
        string head = FormattableString.Invariant($"a head on fixed features is right on {features.RidgeAccuracy:P1} of {features.Images} images left out");
        string similarity = FormattableString.Invariant(
            $"nearest neighbors are right on {features.NeighborAccuracy:P1}, {features.UntrainedAccuracy:P1} without the pretraining");
        string size = FormattableString.Invariant($"{data.Images} images, {data.ImagesPerClass:0.#} a class,");

        var interval = new WilsonInterval((long)Math.Round(features.RidgeAccuracy * features.Images), features.Images);
        if (interval.High >= HeadIsEnough)
        {
            return (TrainingPolicy.HeadOnFeatures, TrainingPolicy.ProbeThenFineTune,
                FormattableString.Invariant($"Already {head} (interval to {interval.High:P1}), so fine-tuning could gain ")
                + FormattableString.Invariant($"{100 * (1 - features.RidgeAccuracy):0.0} points at most ({similarity})."));
        }
        StageAccuracy? earlier = features.BestEarlierStage;
        bool earlierWins = earlier is not null && earlier.Accuracy > features.NeighborAccuracy + EarlierWinsBy;
        bool isSimilar = features.Similarity >= SimilarFrom && !earlierWins;
        if (isSimilar)
        {
            return data.ImagesPerClass < FewImagesPerClass
                ? (TrainingPolicy.HeadOnFeatures, TrainingPolicy.ProbeThenFineTune,
                    $"The pretraining resembles these classes ({similarity}), {size} are few, and {head}.")
                : (TrainingPolicy.ProbeThenFineTune, TrainingPolicy.HeadOnFeatures,
                    $"The pretraining resembles these classes ({similarity}), but {head}, and {size} are enough to adapt the network.");
        }
        string difference = earlierWins
            ? FormattableString.Invariant($"Stage {earlier!.Stage} tells these classes apart better than the last one ({earlier.Accuracy:P1}; {similarity})")
            : $"The pretraining hardly resembles these classes ({similarity})";
        return data.Images < ManyImages
            ? (TrainingPolicy.ProbeThenFineTune, TrainingPolicy.LastStage, $"{difference}, {head}, and {size} are too few to start from a random head.")
            : (TrainingPolicy.AllLayers, TrainingPolicy.ProbeThenFineTune, $"{difference}, {head}, and {size} are enough to train all layers.");
    }
}
