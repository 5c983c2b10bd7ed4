using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Tasks;

public sealed class LearningTaskTests
{
    private static readonly string[] _names = ["a", "b"];

    [Fact]
    public void Task_ByDefault_IsWhatTheTargetsSay()
    {
        Assert.Equal("classification", Builder(ToyImages.Split()).Build().Options.Task.Identifier);
        Assert.Equal("multi-label", Builder(DrawnShapes.BarSplit()).Build().Options.Task.Identifier);
        Assert.Equal("regression", Builder(DrawnShapes.GraySplit()).Build().Options.Task.Identifier);
    }

    [Fact]
    public void MultiLabel_Encode_GivesOneForEachClassOfASample()
    {
        Sample[] samples = [new("1", Target.Labels(1)), new("2", Target.Labels()), new("3", Target.Labels(0, 1))];

        using Tensor encoded = LearningTask.MultiLabel().Encode(samples, _names);

        Assert.Equal([3, 2], encoded.shape);
        Assert.Equal([0, 1, 0, 0, 1, 1], encoded.data<float>().ToArray());
    }

    [Fact]
    public void Regression_FittedToItsTargets_LearnsStandardizedOnesAndMeasuresInTheirUnits()
    {
        Sample[] samples = [new("1", Target.Values(10, 5)), new("2", Target.Values(30, 5))];
        LearningTask task = LearningTask.Regression.FitTargets(
            InMemoryDataset.Of(samples.Select(sample => new TargetImage(new byte[] { 1 }, sample.Target)), _names));

        using var scope = NewDisposeScope();
        Tensor encoded = task.Encode(samples, _names);
        BatchOutcome outcome = task.GetOutcome(zeros(2, 2), encoded, loss: 0, count: 2);

        Assert.Equal([-1, 0, 1, 0], encoded.data<float>().ToArray()); // a value without deviation is only shifted
        Assert.Equal([20, 5], outcome.Values.GetOutputs(0).ToArray());
        Assert.Equal([30, 5], outcome.Values.GetLabels(1).ToArray());
        Assert.Equal(30, task.Reading.Read([1, 0], _names)["a"]);
        Assert.Equal(task.Settings.GetRawText(), LearningTask.Regression.WithSettings(task.Settings).Settings.GetRawText());
    }

    // 0.1 three times has a mean of 0.1 and a bit, and so a deviation of a bit.
    [Theory]
    [InlineData(0.1, 3)]
    [InlineData(1e6 / 3, 7)]
    [InlineData(-1e-9 / 3, 1000)]
    public void Regression_OfAValueThatIsAlwaysTheSame_IsOnlyShifted(double value, int count)
    {
        LearningTask task = LearningTask.Regression.FitTargets(InMemoryDataset.Of(
            Enumerable.Range(0, count).Select(_ => new TargetImage(new byte[] { 1 }, Target.Values(value))), ["a"]));

        using Tensor encoded = task.Encode([new Sample("1", Target.Values(value + 1))], ["a"]);

        Assert.Equal(1, encoded.item<float>(), 1e-6f);
    }

    [Fact]
    public void Build_WithTargetsThatDoNotSuitTheTask_NamesTheImageAndTheVerb()
    {
        var failure = Assert.Throws<TrainerConfigurationException>(() => Builder(DrawnShapes.BarSplit()).Learn(LearningTask.Classification).Build());

        Assert.Contains(failure.Problems, problem => problem.StartsWith("The training image 'bars-0.png' has the target") && problem.Contains(".Learn("));
    }

    [Fact]
    public void Build_WithNumbersThatAreMissingOrInfinite_NamesTheImage()
    {
        InMemoryDataset few = InMemoryDataset.Of([new(new byte[] { 1 }, Target.Values(1), "few.png")], _names);
        InMemoryDataset infinite = InMemoryDataset.Of([new(new byte[] { 1 }, Target.Values(1, double.PositiveInfinity), "infinite.png")], _names);

        var failure = Assert.Throws<TrainerConfigurationException>(Builder(new DatasetSplit(few, infinite)).Build);

        Assert.Contains("The training image 'few.png' has 1 numbers for 2 names.", failure.Problems);
        Assert.Contains(failure.Problems, problem => problem.StartsWith("The validation image 'infinite.png' has the numbers 1,"));
    }

    [Fact]
    public void Build_WithNumbersBeyondSinglePrecision_NamesTheImage()
    {
        InMemoryDataset source = InMemoryDataset.Of([new(new byte[] { 1 }, Target.Values(1, 1e200), "large.png")], _names);

        var failure = Assert.Throws<TrainerConfigurationException>(Builder(new DatasetSplit(source, source)).Build);

        Assert.Contains("The training image 'large.png' has the numbers 1, 1E+200; they must be finite in single precision.", failure.Problems);
    }

    [Fact]
    public void Build_WithALabelOutsideTheClasses_NamesTheImage()
    {
        InMemoryDataset source = InMemoryDataset.Of([new(new byte[] { 1 }, Target.Labels(0, 2), "odd.png")], _names);

        var failure = Assert.Throws<TrainerConfigurationException>(Builder(new DatasetSplit(source, source)).Build);

        Assert.Contains("The training image 'odd.png' has class index 2; the classes are 0 to 1.", failure.Problems);
    }

    private static TrainerBuilder Builder(DatasetSplit data) => Trainer.FineTune(SmallNetwork.Pretrained()).On(data);
}
