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
    public void Constructor_WithAnEmptyImage_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(() => new InMemoryDataset([new(new byte[] { 1 }, "ants"), new(ReadOnlyMemory<byte>.Empty, "ants")]));

        Assert.Contains("'image 1' is empty", error.Message);
    }
}
