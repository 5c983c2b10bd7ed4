using TransferLearning.Data;

namespace TransferLearning.Tests.Data;

public sealed class InMemoryDatasetTests
{
    [Fact]
    public void Samples_OfImages_KeepTheirOrderAndClassesAreOrdinal()
    {
        var source = new InMemoryDataset([new(new byte[] { 1 }, "bees"), new(new byte[] { 2 }, "ants", "first ant"), new(new byte[] { 3 }, "bees")]);

        Assert.Equal(["ants", "bees"], source.Classes);
        Assert.Equal([new Sample("image 0", 1), new Sample("first ant", 0), new Sample("image 2", 1)], source.Samples);
        Assert.Equal([2], source.Load(1).ToArray());
    }

    [Fact]
    public void Classes_GivenByTheCaller_MayHoldMoreThanOccur()
    {
        var source = new InMemoryDataset([new(new byte[] { 1 }, "bees")], classes: ["wasps", "bees", "ants"]);

        Assert.Equal(["ants", "bees", "wasps"], source.Classes);
        Assert.Equal(1, source.Samples[0].ClassIndex);
    }

    [Fact]
    public void Constructor_WithALabelOutsideTheClasses_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new InMemoryDataset([new(new byte[] { 1 }, "moth", "night.jpg")], classes: ["ants", "bees"]));

        Assert.Contains("'night.jpg' has the label 'moth'; the classes are ants, bees.", error.Message);
    }

    [Fact]
    public void MultiLabel_Images_HaveSetsOfLabels()
    {
        InMemoryDataset source = InMemoryDataset.MultiLabel([new(new byte[] { 1 }, ["sun", "sea"]), new(new byte[] { 2 }, [])]);

        Assert.Equal(["sea", "sun"], source.Classes);
        Assert.Equal([Target.Labels(1, 0), Target.Labels()], source.Samples.Select(sample => sample.Target));
        Assert.Contains("its target is", Assert.Throws<InvalidOperationException>(() => source.Samples[0].ClassIndex).Message);
    }

    [Fact]
    public void MultiLabel_WithALabelOutsideTheClasses_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => InMemoryDataset.MultiLabel([new(new byte[] { 1 }, ["sea", "moon"], "night.jpg")], classes: ["sea"]));

        Assert.Contains("'night.jpg' has the label 'moon'; the classes are sea.", error.Message);
    }

    [Fact]
    public void Of_TargetsOfAnyKind_KeepsThemAndTheNamesInTheirOrder()
    {
        InMemoryDataset source = InMemoryDataset.Of([new(new byte[] { 1 }, Target.Values(1, 2))], "width", "height");

        Assert.Equal(["width", "height"], source.Classes);
        Assert.Equal(Target.Values(1, 2), source.Samples[0].Target);
    }

    [Fact]
    public void Constructor_WithAnEmptyImage_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(() => new InMemoryDataset([new(new byte[] { 1 }, "ants"), new(ReadOnlyMemory<byte>.Empty, "ants")]));

        Assert.Contains("'image 1' is empty", error.Message);
    }

    [Fact]
    public void Constructor_WithANameTwice_NamesItAndBothImages()
    {
        var error = Assert.Throws<ArgumentException>(() => new InMemoryDataset(
            [new(new byte[] { 1 }, "ants", "a.jpg"), new(new byte[] { 2 }, "ants"), new(new byte[] { 3 }, "ants", "a.jpg")]));

        Assert.Contains("Images 0, 2 are all named 'a.jpg'", error.Message);
    }

    [Fact]
    public void ToString_OfTargets_ListsWhatTheyHold()
    {
        Assert.Equal("LabelsTarget { Indices = [0, 2] }", Target.Labels(2, 0).ToString());
        Assert.Equal("ValuesTarget { Numbers = [1.5, -2] }", Target.Values(1.5, -2).ToString());
    }
}
