using TransferLearning.Data;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;

using static TorchSharp.torch;

namespace TransferLearning.Tests.Tasks;

public sealed class ClassWeightsTests
{
    [Fact]
    public void Balanced_OfUnequalClasses_GivesEachTheSameShare() =>
        Assert.Equal([12 / (3 * 2.0), 12 / (3 * 4.0), 12 / (3 * 6.0)], ClassWeights.Balanced.Of(Source(2, 4, 6)));

    [Fact]
    public void InverseSquareRoot_OfUnequalClasses_HasAMeanOfOneOverTheImages()
    {
        IReadOnlyList<double> weights = ClassWeights.InverseSquareRoot.Of(Source(1, 4, 9));

        Assert.Equal([14 / 6.0, 7 / 6.0, 14 / 18.0], weights, (first, second) => Math.Abs(first - second) < 1e-12);
        Assert.Equal(14, weights[0] + 4 * weights[1] + 9 * weights[2], 1e-9);
    }

    [Fact]
    public void FromCounts_OfAFunction_GivesItsWeights()
    {
        Assert.Equal([2, 3, 1], ClassWeights.FromCounts(counts => counts.Select(count => (double)count)).Of(Source(2, 3, 1)));
        Assert.Throws<ArgumentException>(() => ClassWeights.FromCounts(_ => [1]).Of(Source(2, 3, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.FromCounts(_ => [1, -1, 1]).Of(Source(2, 3, 1)));
    }

    [Fact]
    public void Of_AClassWithoutImages_NamesIt()
    {
        var failure = Assert.Throws<ArgumentException>("training", () => ClassWeights.Balanced.Of(Source(2, 0, 3)));

        Assert.StartsWith("Class weights are computed from the number of training images of each class; there are none of 'green'.", failure.Message);
    }

    [Fact]
    public void Build_WithAClassWithoutImagesOrOfOtherTargets_SaysSo()
    {
        var empty = Assert.Throws<TrainerConfigurationException>(() => Trainer.FineTune(StagedSmallNetwork.Pretrained())
            .On(new DatasetSplit(Source(3, 3, 0), ToyImages.Source(each: 2, seed: 2))).Minimize(Losses.CrossEntropy(ClassWeights.Balanced)).Build());
        var labels = Assert.Throws<ArgumentException>("training", () => ClassWeights.Balanced.Of(DrawnShapes.BarSplit().Training));

        Assert.Equal(["Class weights are computed from the number of training images of each class; there are none of 'red'."], empty.Problems);
        Assert.Contains("which is none of the 3 classes.", labels.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_WithARule_FitsTheLossToTheTrainingImages(bool focal)
    {
        ILoss loss = focal ? Losses.Focal(ClassWeights.Balanced, gamma: 1) : Losses.CrossEntropy(ClassWeights.Balanced, labelSmoothing: 0.1);
        ILoss given = focal ? Losses.Focal(1, [2, 1, 2 / 3.0]) : Losses.CrossEntropy(0.1, [2, 1, 2 / 3.0]);
        Trainer trainer = Trainer.FineTune(StagedSmallNetwork.Pretrained())
            .On(new DatasetSplit(Source(2, 4, 6), ToyImages.Source(each: 2, seed: 2))).Minimize(loss).Build();
        using Tensor output = tensor(new float[,] { { 1, 0, 2 }, { 0, 3, 1 } }), targets = tensor(new long[] { 0, 2 });
        var context = new LossContext { Output = output, Targets = targets };

        using Tensor fitted = trainer.Options.Loss.Compute(context), expected = given.Compute(context);
        using Tensor again = trainer.Options.Loss.FitTo(Source(1, 1, 1)).Compute(context);
        using Tensor even = (focal ? Losses.Focal(1) : Losses.CrossEntropy(0.1)).Compute(context);

        Assert.Equal(expected.item<float>(), fitted.item<float>(), 1e-6f);
        Assert.Equal(even.item<float>(), again.item<float>(), 1e-6f);
        Assert.Contains("FitTo", Assert.Throws<InvalidOperationException>(() => loss.Compute(context)).Message);
    }

    [Fact]
    public void Build_WithARuleForLabels_WeighsEachByImagesWithoutItPerImageWithIt()
    {
        DatasetSplit bars = DrawnShapes.BarSplit();
        double[] expected = [.. bars.Training.Classes.Select((_, index) =>
        {
            int present = bars.Training.Samples.Count(sample => ((LabelsTarget)sample.Target).Indices.Contains(index));
            return (double)(bars.Training.Samples.Count - present) / present;
        })];
        ILoss loss = Losses.BinaryCrossEntropy(ClassWeights.Balanced);
        Trainer trainer = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(bars).Minimize(loss).Build();
        using Tensor output = ones(2, expected.Length), targets = tensor(new float[] { 1, 0 }).unsqueeze(1).expand(2, expected.Length).contiguous();
        var context = new LossContext { Output = output, Targets = targets };

        using Tensor fitted = trainer.Options.Loss.Compute(context), given = Losses.BinaryCrossEntropy(expected).Compute(context);

        Assert.Equal(given.item<float>(), fitted.item<float>(), 1e-6f);
        Assert.Contains("FitTo", Assert.Throws<InvalidOperationException>(() => loss.Compute(context)).Message);
    }

    [Fact]
    public void Build_WithARuleForLabelsThatAllImagesHave_NamesThem()
    {
        InMemoryDataset images = InMemoryDataset.MultiLabel(
            [.. Enumerable.Range(0, 4).Select(number => new MultiLabelImage(ToyImages.Encoded(0, new Random(number)), number == 0 ? ["a", "b"] : ["a"]))]);

        var error = Assert.Throws<TrainerConfigurationException>(() => Trainer.FineTune(StagedSmallNetwork.Pretrained())
            .On(new DatasetSplit(images, images)).Minimize(Losses.BinaryCrossEntropy(ClassWeights.Balanced)).Build());

        Assert.Contains("all or none of the 4 have 'a' (4).", error.Message);
    }

    private static InMemoryDataset Source(params int[] counts) => new(
        counts.SelectMany((count, index) => Enumerable.Range(0, count).Select(number =>
            new LabeledImage(ToyImages.Encoded(index, new Random(number)), ToyImages.Classes[index], $"{ToyImages.Classes[index]}-{number}.png"))),
        ToyImages.Classes);
}
