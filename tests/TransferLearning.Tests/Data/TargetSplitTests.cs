using TransferLearning.Data;

namespace TransferLearning.Tests.Data;

/// <summary>Random splits of samples whose targets are not one class.</summary>
public sealed class TargetSplitTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Split_OfLabelSets_SpreadsEveryLabelEvenly(double validation)
    {
        var random = new Random(1);
        double[] frequencies = [0.5, 0.1, 0.05, 0.3];
        TestSource source = new([.. Enumerable.Range(0, 400).Select(_ => Target.Labels(Enumerable.Range(0, 4).Where(label => random.NextDouble() < frequencies[label])))]);

        DatasetSplit split = source.Split(validation);

        Assert.Equal(400, split.Training.Samples.Count + split.Validation.Samples.Count);
        Assert.InRange(split.Validation.Samples.Count, 400 * validation - 4, 400 * validation + 4);
        for (int label = 0; label < 4; label++)
            Assert.Equal(validation * Count(source, label), Count(split.Validation, label), 1.5);
    }

    [Fact]
    public void Split_OfNumbers_TakesOneOfEachRunOfTheSortedSamples()
    {
        TestSource source = new([.. Enumerable.Range(0, 50).Select(index => Target.Values((index * 37) % 50))]);

        DatasetSplit split = source.Split(0.2);

        double[] heldOut = [.. split.Validation.Samples.Select(sample => sample.Target).OfType<ValuesTarget>().Select(target => target.Numbers[0]).Order()];
        Assert.Equal(10, heldOut.Length);
        Assert.All(heldOut.Index(), entry => Assert.Equal(entry.Index, (int)entry.Item / 5));
    }

    [Fact]
    public void Split_OfTargetsOfOnesOwn_IsRandomAndRepeatable()
    {
        TestSource source = new([.. Enumerable.Range(0, 40).Select(index => new NamedTarget($"{index}"))]);

        Assert.Equal(8, source.Split(0.2).Validation.Samples.Count);
        Assert.Equal(source.Split(0.2, seed: 3).Validation.Samples, source.Split(0.2, seed: 3).Validation.Samples);
        Assert.NotEqual(source.Split(0.2, seed: 3).Validation.Samples, source.Split(0.2, seed: 4).Validation.Samples);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.99)]
    public void Split_OfTwoSamples_HasOneOnEachSide(double validation)
    {
        Target[][] kinds = [[Target.Labels(0), Target.Labels(0)], [Target.Labels(), Target.Labels()], [Target.Values(1), Target.Values(1)]];

        Assert.All(kinds, targets => Assert.Single(new TestSource(targets).Split(validation).Validation.Samples));
    }

    [Fact]
    public void Split_OfOneSample_NamesIt() =>
        Assert.Contains("'0'", Assert.Throws<InvalidDataException>(() => new TestSource([Target.Values(1)]).Split()).Message);

    [Fact]
    public void Split_OfASourceThatSkipped_CarriesWhatWasSkipped() =>
        Assert.Equal(["notes.txt"], new SkippingSource().Split().Skipped.Select(skipped => skipped.Name));

    [Fact]
    public void DatasetSplit_OfASourceWithSidesOfItsOwn_TakesThem()
    {
        var source = new SkippingSource();

        Assert.Same(source, DatasetSplit.Of(source).Validation);
    }

    [Fact]
    public void Lent_BytesOfASourceOfOnesOwn_AreGivenBackOnce()
    {
        var source = new LendingSource();

        using (EncodedBytes encoded = EncodedBytes.Of(new Subset(source, [0]), 0))
            Assert.Equal([1, 2, 3], encoded.Span.ToArray());

        Assert.Equal(1, source.Returned);
    }

    private static int Count(IDatasetSource source, int label) =>
        source.Samples.Select(sample => sample.Target).OfType<LabelsTarget>().Count(target => target.Indices.Contains(label));

    private sealed record NamedTarget(string Name) : Target;

    private class TestSource(Target[] targets) : IDatasetSource
    {
        public IReadOnlyList<string> Classes { get; } = ["a", "b", "c", "d"];

        public IReadOnlyList<Sample> Samples { get; } = [.. targets.Select((target, index) => new Sample($"{index}", target))];

        public ReadOnlyMemory<byte> Load(int index) => throw new NotSupportedException();
    }

    private sealed class SkippingSource() : TestSource([Target.Values(1), Target.Values(2)]), ISkippingSource, IPresplitSource
    {
        public IReadOnlyList<SkippedSample> Skipped { get; } = [new("notes.txt", "is no image")];

        public DatasetSplit? GetOwnSplit() => new(this, this);
    }

    private sealed class LendingSource() : TestSource([Target.Values(1)]), ILendingSource
    {
        public int Returned { get; private set; }

        public System.Buffers.IMemoryOwner<byte> Lend(int index) => new Lent(this);

        private sealed class Lent(LendingSource source) : System.Buffers.IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[] { 1, 2, 3 };

            public void Dispose() => source.Returned++;
        }
    }
}
