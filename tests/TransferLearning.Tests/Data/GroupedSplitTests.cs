using TransferLearning.Data;

namespace TransferLearning.Tests.Data;

/// <summary>Splits of few groups, where each side is to have each class.</summary>
public sealed class GroupedSplitTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0.15)]
    public void Split_ByAsManyGroupsOfEachClassAsThereAreSides_HasEachClassOnEachSide(int groups, double test)
    {
        IDatasetSource source = Source([.. Enumerable.Range(0, 2 * groups).Select(group => (group % 2, 10))]);

        DatasetSplit split = source.Split(0.15, seed: 1, test, GroupOf);

        IDatasetSource[] sides = [split.Training, split.Validation, .. split.Test is { } held ? [held] : Array.Empty<IDatasetSource>()];
        Assert.Equal(groups, sides.Length);
        Assert.All(sides, side => Assert.Equal([0, 1], side.Samples.Select(sample => sample.ClassIndex).Distinct().Order()));
        Assert.Equal(source.Samples.Count, sides.Sum(side => side.Samples.Select(sample => sample.Name).Distinct().Count()));
        Assert.Equal(2 * groups, sides.Sum(side => side.Samples.Select(GroupOf).Distinct().Count()));
    }

    [Fact]
    public void Split_WithATestByTwoGroupsOfAClass_LeavesThatClassBothForTrainingAndValidation()
    {
        IDatasetSource source = Source([(0, 10), (0, 10), .. Enumerable.Repeat((1, 5), 8)]);

        DatasetSplit split = source.Split(0.2, seed: 1, test: 0.2, GroupOf);

        Assert.Equal([1], split.Test!.Samples.Select(sample => sample.ClassIndex).Distinct());
        Assert.All([split.Training, split.Validation], side => Assert.Equal([0, 1], side.Samples.Select(sample => sample.ClassIndex).Distinct().Order()));
    }

    private static string GroupOf(Sample sample) => sample.Name.Split('-')[0];

    private static InMemoryDataset Source((int Class, int Count)[] groups) => InMemoryDataset.Of(
        groups.Index().SelectMany(group => Enumerable.Range(0, group.Item.Count).Select(image =>
            new TargetImage(new byte[] { 1 }, Target.Class(group.Item.Class), $"{group.Index}-{image}"))),
        "a", "b");
}
