using TransferLearning.Batching;
using TransferLearning.Freezing;
using TransferLearning.Heads;
using TransferLearning.Optimization;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>What is compared.</summary>
internal static class RecipeTable
{
    public const string Features = "features";
    public const string FineTune = "finetune";
    public const string TutorialFeatures = "tutorial-features";
    public const string TutorialFineTune = "tutorial-finetune";

    private const int Many = 5;
    private const int Few = 2;

    public static IReadOnlyList<Recipe> All { get; } =
    [
        Head(Features, builder => builder),
        Head(TutorialFeatures, builder => Tutorial(builder)),
        Solved("ridge", HeadSolvers.Ridge()),
        Solved("lda", HeadSolvers.ShrinkageLda()),
        Solved("logistic", HeadSolvers.Logistic()),
        Solved("ridge-views", HeadSolvers.Ridge(), HeadViews.Augmented),

        // The default at other rates.
        Head("features-5e-4", builder => builder.OptimizeWith(Optimizers.AdamW(learningRate: 5e-4))),
        Head("features-1e-3", builder => builder.OptimizeWith(Optimizers.AdamW(learningRate: 1e-3))),
        Head("features-2e-3", builder => builder.OptimizeWith(Optimizers.AdamW(learningRate: 2e-3))),

        // From a random head, and changes of that, one or two at a time.
        Random("random-start", builder => builder),
        Random("random-10", builder => builder.For(epochs: 10)),
        Random("random-low-rate", builder => builder.OptimizeWith(Optimizers.AdamW(learningRate: 5e-4))),
        Random("random-high-rate", builder => builder.OptimizeWith(Optimizers.AdamW(learningRate: 1e-2))),
        Random("random-decay", builder => builder.OptimizeWith(Optimizers.AdamW(learningRate: 2e-3, weightDecay: 1))),
        Random("random-smoothing", builder => builder.Minimize(Losses.CrossEntropy(labelSmoothing: 0.1))),
        Random("random-views", builder => builder.CacheFeatures(views: 12)),

        // One fit gives the cells of the default, of weights between start and end, and of both on mirrored images too.
        Tuned(FineTune, builder => builder.InterpolateWeights()),
        Tuned(TutorialFineTune, builder => Tutorial(builder)
            .Freeze(FreezePolicy.Nothing).GroupParameters(new ParameterGroupOptions()).BatchNorm(BatchNormMode.Trained)),
        Tuned("finetune-decay", builder => builder.DiscriminativeRates(layerDecay: 0.65)),
        Tuned("finetune-random-start", builder => builder.StartFromRandomHead()),

        // What else there is, one change of the default at a time.
        Technique("average", builder => builder.AverageWeights(0.99)),
        Technique("toward-start", builder => builder.DecayTowardStart()),
        Technique("one-cycle", builder => builder.Schedule(LearningRate.OneCycle())),
        Technique("gradual", builder => builder.Freeze(FreezePolicy.Gradual())),
        Technique("sharpness", builder => builder.MinimizeSharpness()),
        Technique("smoothing", builder => builder.Minimize(Losses.CrossEntropy(labelSmoothing: 0.1))),
        Technique("focal", builder => builder.Minimize(Losses.Focal())),
        Technique("mix-up", builder => builder.TransformBatches(new MixUp())),
        Technique("cut-mix", builder => builder.TransformBatches(new CutMix())),
        Augmented("trivial-augment", images => images.TrivialAugmentWide()),
        Augmented("rand-augment", images => images.RandAugment()),
        Augmented("aug-mix", images => images.AugMix()),
        Augmented("erasing", images => images.RandomErasing()),
    ];

    private static Recipe Head(string name, Func<TrainerBuilder, TrainerBuilder> change) =>
        new(name, Recipe.Head, Many, (network, data) => change(Trainer.ExtractFeatures(network).On(data)));

    private static Recipe Random(string name, Func<TrainerBuilder, TrainerBuilder> change) =>
        Head(name, builder => change(builder.StartFromRandomHead()));

    private static Recipe Solved(string name, IHeadSolver solver, HeadViews views = HeadViews.AsPredicted) => new(
        name, Recipe.Head, Many, (network, data) => Trainer.SolveHead(network, solver).On(data).With(options => options with { HeadViews = views }));

    private static Recipe Tuned(string name, Func<TrainerBuilder, TrainerBuilder> change) =>
        new(name, Recipe.Tuning, Few, (network, data) => change(Trainer.FineTune(network).On(data)));

    private static Recipe Technique(string name, Func<TrainerBuilder, TrainerBuilder> change) =>
        Tuned(name, change) with { Kind = Recipe.Technique };

    // On top of the default crop and flip.
    private static Recipe Augmented(string name, Func<TransformPipeline, TransformPipeline> then) => new(
        name, Recipe.Technique, Few, (network, data) => Trainer.FineTune(network).On(data).Augment(images =>
            then(images.RandomResizedCrop(network.Info.Preprocessing.CropTo, interpolation: network.Info.Preprocessing.Interpolation).RandomHorizontalFlip())));

    // PyTorch's tutorial as written: batches of 4, one rate, no clipping.
    private static TrainerBuilder Tutorial(TrainerBuilder builder) => builder
        .StartFromRandomHead()
        .For(epochs: 25, batchSize: 4)
        .OptimizeWith(Optimizers.Sgd(learningRate: 1e-3, momentum: 0.9))
        .Schedule(LearningRate.StepDecay(every: 7, factor: 0.1));
}
