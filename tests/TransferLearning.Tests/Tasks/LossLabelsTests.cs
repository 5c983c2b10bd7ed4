using Extending;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Tasks;

public sealed class LossLabelsTests
{
    private static readonly (ILoss Loss, string Name, LabelKind Labels)[] _losses =
    [
        (Losses.CrossEntropy(labelSmoothing: 0.1), "cross-entropy", LabelKind.Class),
        (Losses.CrossEntropy(ClassWeights.Balanced), "cross-entropy", LabelKind.Class),
        (Losses.Focal(), "focal loss", LabelKind.Class),
        (Losses.Focal(ClassWeights.Balanced), "focal loss", LabelKind.Class),
        (Losses.BinaryFocal(), "binary focal loss", LabelKind.Classes),
        (Losses.BinaryCrossEntropy(), "binary cross-entropy", LabelKind.Classes),
        (Losses.MeanSquaredError(), "mean squared error", LabelKind.Numbers),
        (Losses.MeanAbsoluteError(), "mean absolute error", LabelKind.Numbers),
        (Losses.Huber(), "Huber loss", LabelKind.Numbers),
    ];

    private static readonly (LearningTask Task, DatasetSplit Data)[] _tasks =
    [
        (LearningTask.Classification, ToyImages.Split()),
        (LearningTask.MultiLabel(), DrawnShapes.BarSplit()),
        (LearningTask.Regression, DrawnShapes.GraySplit()),
    ];

    [Fact]
    public void Build_OfEachLossForEachTask_RefusesThoseOfOtherLabelsByName()
    {
        foreach ((LearningTask task, DatasetSplit data) in _tasks)
        {
            foreach ((ILoss loss, string name, LabelKind labels) in _losses)
            {
                string[] expected = labels == task.Labels
                    ? []
                    : [$"The loss '{name}' takes {labels}; the task '{task.Identifier}' has {task.Labels}. Suitable, for instance: {task.DefaultLoss}."];
                Assert.Equal(expected, Problems(data, task, loss));
            }
        }
    }

    [Fact]
    public void Build_WithALossOfTheWrongLabels_SaysWhatWouldBeRight() => Assert.Equal(
        ["The loss 'cross-entropy' takes one class per image; the task 'regression' has numbers. Suitable, for instance: mean squared error."],
        Problems(DrawnShapes.GraySplit(), LearningTask.Regression, Losses.CrossEntropy()));

    [Fact]
    public void Build_WithALossOfOnesOwn_ComparesItsLabelsIfItSaysThem()
    {
        string problem = Assert.Single(Problems(DrawnShapes.BarSplit(), LearningTask.MultiLabel(), new GeneralizedCrossEntropy(q: 0.7)));

        Assert.StartsWith("The loss 'Extending.GeneralizedCrossEntropy' takes one class per image; the task 'multi-label' has any number", problem);
        Assert.All(_tasks, entry => Assert.Empty(Problems(entry.Data, entry.Task, new AnyLabels())));
    }

    [Fact]
    public void Build_WithATaskOfOnesOwn_TakesEveryLossUnlessItsDefaultLossTakesItsLabels()
    {
        LabelKind shares = new("shares of classes");
        DatasetSplit images = ToyImages.Split();

        Assert.All(_losses, entry => Assert.Empty(Problems(images, new Shares(shares, Losses.CrossEntropy()), entry.Loss)));
        Assert.All(_losses, entry => Assert.Empty(Problems(images, new Shares(LabelKind.Class, new AnyLabels()), entry.Loss)));
        Assert.All(_losses, entry => Assert.Empty(Problems(images, new Shares(null, Losses.CrossEntropy()), entry.Loss)));
        Assert.Single(Problems(images, new Shares(LabelKind.Class, Losses.CrossEntropy()), Losses.Huber()));
        Assert.Empty(Problems(images, new OrdinalRegression(), Losses.BinaryFocal()));
        Assert.Single(Problems(images, new OrdinalRegression(), Losses.CrossEntropy()));
    }

    [Fact]
    public void Build_WithMixedTargets_TakesTheLossesOfClasses() => Assert.All([Losses.CrossEntropy(), Losses.Focal()], loss =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).TransformBatches(new MixUp()).Minimize(loss).Build());

    private static IReadOnlyList<string> Problems(DatasetSplit data, LearningTask task, ILoss loss)
    {
        Exception? found = Record.Exception(() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(data).Learn(task).Minimize(loss).Build());
        return found is null ? [] : Assert.IsType<TrainerConfigurationException>(found).Problems;
    }

    private sealed class AnyLabels : ILoss
    {
        public Tensor Compute(LossContext context) => context.Output.mean();
    }

    private sealed class Shares(LabelKind? labels, ILoss loss) : LearningTask
    {
        public override string Identifier => "shares";

        public override ILoss DefaultLoss => loss;

        public override IReadOnlyList<Metric> DefaultMetrics => [];

        public override LabelKind? Labels => labels;

        public override OutputReading Reading => Classification.Reading;

        public override IEnumerable<string> FindProblems(DatasetSplit data) => [];

        public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names) => Classification.Encode(samples, names);
    }
}
