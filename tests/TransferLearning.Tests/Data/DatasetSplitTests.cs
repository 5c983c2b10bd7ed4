using TransferLearning.Data;

namespace TransferLearning.Tests.Data;

public sealed class DatasetSplitTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.01)]
    [InlineData(0.99)]
    public void Of_AtAnyFraction_PutsEveryClassOnBothSidesAndEverySampleOnOne(double validation)
    {
        IDatasetSource source = Source(("ants", 40), ("bees", 2), ("wasps", 11));

        DatasetSplit split = DatasetSplit.Of(source, validation);

        foreach (IDatasetSource side in new[] { split.Training, split.Validation })
            Assert.Equal([0, 1, 2], side.Samples.Select(sample => sample.ClassIndex).Distinct().Order());
        Assert.Equal(Names(source).Order(), Names(split.Training).Concat(Names(split.Validation)).Order());
    }

    [Fact]
    public void Of_AFifth_HoldsOutAFifthOfEveryClassInTheSourcesOrder()
    {
        IDatasetSource source = Source(("ants", 40), ("bees", 10));

        DatasetSplit split = DatasetSplit.Of(source, 0.2);

        Assert.Equal(8, split.Validation.Samples.Count(sample => sample.ClassIndex == 0));
        Assert.Equal(2, split.Validation.Samples.Count(sample => sample.ClassIndex == 1));
        Assert.Equal(Names(source).Where(Names(split.Validation).Contains), Names(split.Validation));
    }

    [Fact]
    public void Split_WithTheSameSeed_IsTheSame()
    {
        IDatasetSource source = Source(("ants", 40), ("bees", 40));

        Assert.Equal(Names(source.Split(0.5, seed: 7).Validation), Names(source.Split(0.5, seed: 7).Validation));
        Assert.NotEqual(Names(source.Split(0.5, seed: 7).Validation), Names(source.Split(0.5, seed: 8).Validation));
    }

    [Fact]
    public void Split_WhenOneClassGrows_LeavesTheOthersWhereTheyWere()
    {
        string[] before = Names(Source(("ants", 5), ("bees", 40)).Split(0.5).Validation);
        string[] after = Names(Source(("ants", 9), ("bees", 40)).Split(0.5).Validation);

        Assert.Equal(before.Where(IsBee), after.Where(IsBee));

        static bool IsBee(string name) => name.StartsWith("bees");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(20)]
    [InlineData(double.NaN)]
    public void Of_AFractionOutsideZeroToOne_Throws(double validation)
    {
        IDatasetSource source = Source(("ants", 4));

        Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplit.Of(source, validation));
    }

    [Fact]
    public void Of_AClassWithOneSample_NamesIt()
    {
        IDatasetSource source = Source(("ants", 4), ("wasps", 1));

        var error = Assert.Throws<InvalidDataException>(() => DatasetSplit.Of(source));

        Assert.Contains("'wasps' ('wasps 0')", error.Message);
        Assert.DoesNotContain("ants", error.Message);
    }

    [Fact]
    public void Of_NoSamples_Throws()
    {
        var source = new InMemoryDataset([], classes: ["ants"]);

        Assert.Contains("no samples", Assert.Throws<InvalidDataException>(() => DatasetSplit.Of(source)).Message);
    }

    [Fact]
    public void Constructor_WithDifferentClasses_NamesTheDifference()
    {
        var error = Assert.Throws<ArgumentException>(() => new DatasetSplit(Source(("ants", 1), ("bees", 1)), Source(("ants", 1))));

        Assert.Contains("'bees' is only in training", error.Message);
    }

    [Fact]
    public void Load_OfASide_GivesTheSamplesOwnBytes()
    {
        IDatasetSource source = Source(("ants", 20));

        IDatasetSource side = source.Split(0.5).Validation;

        int original = Array.IndexOf(Names(source), side.Samples[3].Name);
        Assert.Equal(source.Load(original).ToArray(), side.Load(3).ToArray());
    }

    [Fact]
    public void Subset_WithAPositionOutsideTheSource_NamesIt()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Subset(Source(("ants", 3)), [0, 3]));

        Assert.Equal(3, error.ActualValue);
    }

    private static string[] Names(IDatasetSource source) => [.. source.Samples.Select(sample => sample.Name)];

    private static InMemoryDataset Source(params (string Label, int Count)[] classes) => new(
        from entry in classes
        from number in Enumerable.Range(0, entry.Count)
        select new LabeledImage(new[] { (byte)number, (byte)entry.Label[0] }, entry.Label, $"{entry.Label} {number}"));
}
