using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

public sealed class ImageFolderSplitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SplitByFolder_WithAnyNames_TakesBothSides()
    {
        _folder.AddImages("morning/ants/1.png", "morning/bees/1.png", "evening/ants/2.png", "evening/bees/2.png", "notes/readme.png");
        _folder.AddFile("evening/ants/3.gif", "GIF89a"u8);

        DatasetSplit split = ImageFolder.Open(_folder.FullPath).SplitByFolder("morning", "evening");

        Assert.Equal(["ants", "bees"], split.Classes);
        Assert.Equal(["morning/ants/1.png", "morning/bees/1.png"], split.Training.Samples.Select(sample => sample.Name.RelativeTo(_folder)));
        Assert.Equal(["evening/ants/2.png", "evening/bees/2.png"], split.Validation.Samples.Select(sample => sample.Name.RelativeTo(_folder)));
        Assert.Equal("evening/ants/3.gif", Assert.Single(split.Skipped).Name.RelativeTo(_folder));
    }

    [Fact]
    public void SplitByFolder_WithAClassOnOneSideOnly_NamesIt()
    {
        _folder.AddImages("train/ants/1.png", "train/bees/1.png", "val/ants/1.png", "val/wasps/1.png");

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.FullPath).SplitByFolder());

        Assert.Contains($"'bees' is only in '{_folder.File("train")}'", error.Message);
        Assert.Contains($"'wasps' is only in '{_folder.File("val")}'", error.Message);
    }

    [Fact]
    public void Split_WithOneNameInTwoUnicodeForms_IsRefusedAndShowsBoth()
    {
        _folder.AddImages("train/caf\u00e9/1.png", "val/cafe\u0301/1.png", "both/caf\u00e9/1.png", "both/caf\u00e9/2.png", "both/cafe\u0301/1.png", "both/cafe\u0301/2.png");

        var bySide = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.FullPath).SplitByFolder());
        var atRandom = Assert.Throws<ArgumentException>(() => DatasetSplit.Of(ImageFolder.Open(_folder.File("both"))));

        Assert.Contains(@"'caf\u00e9' and 'cafe\u0301' are one name", bySide.Message);
        Assert.Contains(@"'cafe\u0301' and 'caf\u00e9' are one name", atRandom.Message);
    }

    [Fact]
    public void SplitByFolder_WithAMissingFolder_NamesThoseThere()
    {
        _folder.AddImages("train/ants/1.png", "val/ants/1.png");

        var error = Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Open(_folder.FullPath).SplitByFolder("train", "valid"));

        Assert.Contains("no folder 'valid'; it has train, val", error.Message);
    }

    [Fact]
    public void SplitByFolder_WithTheSameFolderTwice_Throws()
    {
        _folder.AddImages("train/ants/1.png");

        Assert.Throws<ArgumentException>(() => ImageFolder.Open(_folder.FullPath).SplitByFolder("train", "train"));
    }

    [Theory]
    [InlineData("train", "val")]
    [InlineData("Train", "Validation")]
    [InlineData("training", "test")]
    public void DatasetSplit_OfSplitFolders_TakesThem(string training, string validation)
    {
        _folder.AddImages($"{training}/ants/1.png", $"{training}/ants/2.png", $"{validation}/ants/3.png");

        DatasetSplit split = DatasetSplit.Of(ImageFolder.Open(_folder.FullPath));

        Assert.Equal(2, split.Training.Samples.Count);
        Assert.Equal($"{validation}/ants/3.png", Assert.Single(split.Validation.Samples).Name.RelativeTo(_folder));
    }

    [Fact]
    public void DatasetSplit_OfValidationAndTestFolders_LeavesTheTestAlone()
    {
        _folder.AddImages("train/ants/1.png", "test/ants/2.png", "val/ants/3.png");

        DatasetSplit split = DatasetSplit.Of(ImageFolder.Open(_folder.FullPath));

        Assert.Equal("val/ants/3.png", Assert.Single(split.Validation.Samples).Name.RelativeTo(_folder));
    }

    [Fact]
    public void Samples_OfSplitFolders_ExplainHowToTakeThem()
    {
        _folder.AddImages("train/ants/1.png", "val/ants/2.png");

        var error = Assert.Throws<InvalidOperationException>(() => ImageFolder.Open(_folder.FullPath).Samples);

        Assert.Contains("SplitByFolder(\"train\", \"val\")", error.Message);
    }

    [Fact]
    public void Classes_CalledTrainAndTest_AreClasses()
    {
        _folder.AddImages("train/express.png", "train/local.png", "test/tube.png", "test/paper.png");

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(["test", "train"], source.Classes);
        Assert.Equal(["test", "train"], DatasetSplit.Of(source).Classes);
    }
}
