using TransferLearning.Data;

namespace TransferLearning.Tests.Data;

/// <summary>Folds, groups and test sets.</summary>
public sealed class FoldTests
{
    [Fact]
    public void Folds_OfClasses_HoldOutEachSampleOnceAndEachClassEvenly()
    {
        TestSource source = Classes(23, 17, 6);

        IReadOnlyList<DatasetSplit> folds = source.Folds(5, seed: 3);

        Assert.Equal(source.Samples.Select(sample => sample.Name).Order(), folds.SelectMany(Names).Order());
        Assert.All(folds, fold => Assert.Equal(46, fold.Training.Samples.Count + fold.Validation.Samples.Count));
        Assert.All(folds, fold => Assert.InRange(fold.Validation.Samples.Count, 9, 10));
        Assert.All(folds, fold => Assert.Equal([true, true, true], new[] { (4, 5), (3, 4), (1, 2) }.Select((range, index) =>
            fold.Validation.Samples.Count(sample => sample.ClassIndex == index) is var count && count >= range.Item1 && count <= range.Item2)));
        Assert.Equal(folds.Select(Names), source.Folds(5, seed: 3).Select(Names));
        Assert.NotEqual(folds.Select(Names), source.Folds(5, seed: 4).Select(Names));
    }

    [Fact]
    public void Folds_Repeated_AreChosenAnewEachTime()
    {
        IReadOnlyList<DatasetSplit> folds = Classes(10, 10).Folds(2, repeats: 3);

        Assert.Equal(6, folds.Count);
        Assert.Equal(3, folds.Chunk(2).Select(repeat => string.Join(' ', Names(repeat[0]))).Distinct().Count());
        Assert.All(folds.Chunk(2), repeat => Assert.Equal(20, repeat.SelectMany(Names).Distinct().Count()));
    }

    [Fact]
    public void Folds_OfLabelSets_SpreadEveryLabel()
    {
        var random = new Random(1);
        double[] frequencies = [0.5, 0.1, 0.05, 0.3];
        TestSource source = new([.. Enumerable.Range(0, 400).Select(_ => Target.Labels(Enumerable.Range(0, 4).Where(label => random.NextDouble() < frequencies[label])))]);

        IReadOnlyList<DatasetSplit> folds = source.Folds(4);

        for (int label = 0; label < 4; label++)
            Assert.All(folds, fold => Assert.Equal(Count(source, label) / 4.0, Count(fold.Validation, label), 2.5));
        Assert.All(folds, fold => Assert.InRange(fold.Validation.Samples.Count, 96, 104));
    }

    [Fact]
    public void Folds_OfNumbers_TakeOneOfEachRunOfTheSortedSamples()
    {
        TestSource source = new([.. Enumerable.Range(0, 50).Select(index => Target.Values((index * 37) % 50))]);

        Assert.All(source.Folds(5), fold => Assert.Equal(
            Enumerable.Range(0, 10), fold.Validation.Samples.Select(sample => (int)((ValuesTarget)sample.Target).Numbers[0] / 5).Order()));
    }

    [Fact]
    public void Folds_ThatCannotBe_SayWhy()
    {
        Assert.Contains("'b' has 3", Assert.Throws<InvalidDataException>(() => Classes(9, 3).Folds(5)).Message);
        Assert.Contains("2 samples for 5 folds", Assert.Throws<InvalidDataException>(() => new TestSource([Target.Values(1), Target.Values(2)]).Folds()).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Classes(9, 9).Folds(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Classes(9, 9).Folds(2, repeats: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Folds_ByGroup_KeepGroupsTogetherAndClassesEven(long seed)
    {
        var random = new Random(7);
        (int Class, int Group)[] images = [.. Enumerable.Range(0, 40).SelectMany(group => Enumerable.Repeat((group % 2, group), 1 + random.Next(8)))];
        TestSource source = new([.. images.Select(image => Target.Class(image.Class))]);

        IReadOnlyList<DatasetSplit> folds = source.Folds(4, seed, groupBy: GroupOf);

        Assert.Equal(images.Length, folds.Sum(fold => fold.Validation.Samples.Count));
        Assert.All(folds, fold => Assert.Empty(fold.Training.Samples.Select(GroupOf).Intersect(fold.Validation.Samples.Select(GroupOf))));
        for (int index = 0; index < 2; index++)
        {
            double expected = images.Count(image => image.Class == index) / 4.0;
            Assert.All(folds, fold => Assert.Equal(expected, fold.Validation.Samples.Count(sample => sample.ClassIndex == index), 3.5));
        }

        string GroupOf(Sample sample) => $"{images[int.Parse(sample.Name)].Group}";
    }

    [Fact]
    public void Split_ByGroup_HoldsOutAboutTheFraction()
    {
        TestSource source = Classes(50, 50);

        DatasetSplit split = source.Split(0.2, seed: 1, groupBy: sample => $"{int.Parse(sample.Name) / 5}");

        Assert.Equal(20, split.Validation.Samples.Count);
        Assert.Equal(10, split.Validation.Samples.Count(sample => sample.ClassIndex == 0));
        Assert.Equal(4, split.Validation.Samples.Select(sample => int.Parse(sample.Name) / 5).Distinct().Count());
        Assert.Equal(Names(split), Names(source.Split(0.2, seed: 1, groupBy: sample => $"{int.Parse(sample.Name) / 5}")));
    }

    [Fact]
    public void Split_ByGroupsOfLabelsAndOfNumbers_KeepsThemTogether()
    {
        TestSource[] sources = [new([.. Enumerable.Range(0, 60).Select(index => Target.Labels(index % 4))]), new([.. Enumerable.Range(0, 60).Select(index => Target.Values(index))])];

        Assert.All(sources, source => Assert.All(
            source.Split(0.25, groupBy: sample => $"{int.Parse(sample.Name) % 12}").Validation.Samples.CountBy(sample => int.Parse(sample.Name) % 12), group => Assert.Equal(5, group.Value)));
    }

    [Fact]
    public void Split_ByGroupsThatCannotBe_SaysWhy()
    {
        TestSource source = Classes(4, 4);

        Assert.Contains("there is 1, such as 'all'", Assert.Throws<InvalidDataException>(() => source.Split(groupBy: _ => "all")).Message);
        Assert.Contains("'a' (in 'a')", Assert.Throws<InvalidDataException>(() => source.Split(groupBy: sample => sample.ClassIndex == 0 ? "a" : sample.Name)).Message);
        Assert.Contains("'0' is null", Assert.Throws<InvalidDataException>(() => source.Split(groupBy: _ => null!)).Message);
        Assert.Contains("At least 5 groups", Assert.Throws<InvalidDataException>(() => Classes(9, 9).Folds(5, groupBy: sample => $"{int.Parse(sample.Name) % 3}")).Message);
    }

    [Fact]
    public void Split_WithATest_HasThreeSidesOfEachClass()
    {
        TestSource source = Classes(40, 20);

        DatasetSplit split = source.Split(0.2, seed: 2, test: 0.25);

        Assert.Equal((33, 12, 15), (split.Training.Samples.Count, split.Validation.Samples.Count, split.Test!.Samples.Count));
        Assert.Equal((10, 5), (split.Test.Samples.Count(sample => sample.ClassIndex == 0), split.Test.Samples.Count(sample => sample.ClassIndex == 1)));
        Assert.Equal((8, 4), (split.Validation.Samples.Count(sample => sample.ClassIndex == 0), split.Validation.Samples.Count(sample => sample.ClassIndex == 1)));
        Assert.Equal(60, split.Training.Samples.Concat(split.Validation.Samples).Concat(split.Test.Samples).Select(sample => sample.Name).Distinct().Count());
        Assert.Null(source.Split(0.2).Test);
    }

    [Fact]
    public void Split_WithATestThatLeavesTooLittle_SaysWhy()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Classes(9, 9).Split(0.5, test: 0.5));
        Assert.Contains("Once the test samples are set aside", Assert.Throws<InvalidDataException>(() => Classes(9, 2).Split(0.2, test: 0.2)).Message);
        Assert.Contains("test", Assert.Throws<ArgumentException>(() => new DatasetSplit(Classes(1, 1), Classes(1, 1)) { Test = new TestSource([Target.Class(0)]) }).Message);
    }

    private static IEnumerable<string> Names(DatasetSplit fold) => fold.Validation.Samples.Select(sample => sample.Name);

    private static int Count(IDatasetSource source, int label) =>
        source.Samples.Select(sample => sample.Target).OfType<LabelsTarget>().Count(target => target.Indices.Contains(label));

    private static TestSource Classes(params int[] each) =>
        new([.. each.SelectMany((count, index) => Enumerable.Repeat(Target.Class(index), count))], [.. "abcd".Take(each.Length).Select(letter => $"{letter}")]);

    private sealed class TestSource(Target[] targets, string[]? names = null) : IDatasetSource
    {
        public IReadOnlyList<string> Classes { get; } = names ?? ["a", "b", "c", "d"];

        public IReadOnlyList<Sample> Samples { get; } = [.. targets.Select((target, index) => new Sample($"{index}", target))];

        public ReadOnlyMemory<byte> Load(int index) => throw new NotSupportedException();
    }
}
