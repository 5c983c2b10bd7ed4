using TransferLearning.Published;
using TransferLearning.Training;
using TransferLearning.Training.RateSearch;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/training.md.</summary>
internal static class TrainingSnippets
{
    public static void Find(Trainer trainer)
    {
        LearningRateCurve rates = trainer.FindLearningRate();
        rates.SavePlot("rates.png");
        foreach (LearningRateSuggestion suggestion in rates.Suggestions)
            Console.WriteLine($"{suggestion.Rule}: {suggestion.LearningRate:0.0e0}");
    }

    public static LearningRateCurve FindForAll(Trainer trainer)
    {
        LearningRateCurve wholeNetwork = trainer.FindLearningRate(new LearningRateSearchOptions { Epoch = 3 });
        return wholeNetwork;
    }

    public static void Schedule(TrainerBuilder builder)
    {
        builder
            .OptimizeWith(Optimizers.Sgd(learningRate: 0.02))
            .Schedule(LearningRate.OneCycle());
    }

    public static void Unfreeze(TrainerBuilder builder)
    {
        builder.Freeze(FreezePolicy.Gradual(epochsPerStage: 2));
    }

    public static void UnfreezeAtMilestones(TrainerBuilder builder)
    {
        builder.Freeze(FreezePolicy.Backbone.Unfreeze("layer4", atEpoch: 3).Unfreeze("layer2", atEpoch: 6));
    }

    public static void Rates(TrainerBuilder builder)
    {
        builder.DiscriminativeRates(layerDecay: 0.4);
    }

    public static void RatesByStage(TrainerBuilder builder)
    {
        builder.DiscriminativeRates(("layer4", 0.3), ("layer3", 0.1));
    }

    public static void DecayTowardStart(TrainerBuilder builder)
    {
        builder.DecayTowardStart(strength: 0.01, headStrength: 0.01);
    }

    public static void Average(TrainerBuilder builder)
    {
        builder.AverageWeights(decay: 0.99);
    }

    public static void Interpolate(TrainerBuilder builder)
    {
        builder.InterpolateWeights();
    }

    public static void Curve(TrainingResult result)
    {
        WeightInterpolation found = result.Interpolation!;
        foreach (InterpolationPoint point in found.Curve)
            Console.WriteLine($"{point.Factor:0.0}: {point.Validation}{(point.Factor == found.Factor ? "  <- kept" : "")}");
    }

    public static void EnsembleOfSeeds(DatasetSplit images, PretrainedBackbone network)
    {
        using CrossValidationResult seeds = CrossValidation.Run(
            [images], fold => Trainer.ExtractFeatures(network).On(fold).Build(), new CrossValidationOptions { Seeds = [1, 2, 3, 4, 5], KeepModels = true });
        using Predictor ensemble = seeds.TakeEnsemble();
        ensemble.Calibrate(images.Validation);
        ensemble.Save("ensemble.tlmodel");
    }

    public static void EnsembleOfAGrid(DatasetSplit images, PretrainedBackbone network)
    {
        double[] rates = [1e-4, 3e-4, 1e-3];
        Predictor[] members = [.. rates.Select(rate =>
        {
            using TrainingResult result = Trainer.FineTune(network).On(images).OptimizeWith(Optimizers.AdamW(rate)).Build().Fit();
            return result.TakeModel();
        })];
        using Predictor ensemble = Predictor.Ensemble(members);
    }

    public static void Soup(Predictor[] members, double[] rates, DatasetSplit images)
    {
        GreedySoup soup = ModelSoup.Greedy(members, images.Validation, Metric.LogLoss);
        Console.WriteLine($"{soup}: {string.Join(", ", soup.Taken.Select(index => rates[index]))}");
        using Predictor model = soup.Model;
    }

    public static void Accumulate(TrainerBuilder builder)
    {
        builder.AccumulateGradients(batches: 4);
    }

    public static void Sharpness(TrainerBuilder builder)
    {
        builder.MinimizeSharpness(radius: 0.05);
    }

    public static void Clip(TrainerBuilder builder)
    {
        builder.OptimizeWith(Optimizers.Sgd() with { MaxGradientNorm = 1, MaxGradientValue = 0.5 });
    }

    public static void Weigh(TrainerBuilder builder)
    {
        builder.Minimize(Losses.CrossEntropy(ClassWeights.Balanced, labelSmoothing: 0.1));
    }

    public static void StopAfterATime(TrainerBuilder builder)
    {
        builder.StopAfter(TimeSpan.FromMinutes(10));
    }

    public static void StopAfterSteps(TrainerBuilder builder)
    {
        builder.StopAfter(steps: 5); // does everything fit together?
    }
}
