using TransferLearning.Data;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

/// <summary>Links and special files in image folders: every walk ends, and no image is two samples.</summary>
public sealed class ImageFolderLinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();

    public ImageFolderLinkTests() => _folder.AddImages("ants/1.png", "ants/deeper/2.png", "bees/1.png");

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [SkippableTheory]
    [InlineData("ants/loop", "ants", "a loop")]
    [InlineData("ants/deeper/loop", "ants", "a loop")]
    [InlineData("ants/up", ".", "a loop")]
    [InlineData("ants/root", "/", "a loop")]
    [InlineData("ants/other", "bees", "taken already")]
    [InlineData("ants/again", "ants/deeper", "taken already")]
    [InlineData("bees/2.png", "bees/1.png", "taken already")]
    [InlineData("bees/2.png", "ants/deeper/2.png", "taken already")]
    [InlineData("bees/2.png", "nowhere.png", "cannot be followed")]
    [InlineData("bees/self", "bees/self", "cannot be followed")]
    public void Samples_OfALinkToWhatIsTaken_AreTakenOnceAndTheLinkIsNamed(string link, string target, string reason)
    {
        Link(link, target);

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(["ants/1.png", "ants/deeper/2.png", "bees/1.png"], Names(source));
        SkippedSample skipped = Assert.Single(source.Skipped);
        Assert.Equal(link, skipped.Name.RelativeTo(_folder));
        Assert.Contains(reason, skipped.Reason);
    }

    [SkippableFact]
    public void Samples_OfTwoLoops_End()
    {
        Link("ants/loop1", "ants");
        Link("ants/loop2", "ants");
        Link("ants/bees", "bees");
        Link("bees/ants", "ants");

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(3, source.Samples.Count);
        Assert.Equal(4, source.Skipped.Count);
    }

    [SkippableFact]
    public void Samples_OfLinksElsewhere_AreFollowedOnce()
    {
        _elsewhere.AddImages("wasps/1.png", "wasps/deeper/2.png", "3.png");
        Link("wasps", _elsewhere.File("wasps"));
        Link("bees/wasps", _elsewhere.File("wasps/deeper"));
        Link("bees/3.png", _elsewhere.File("3.png"));
        Link("ants/3.png", _elsewhere.File("3.png"));

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(
            ["ants/1.png", "ants/3.png", "ants/deeper/2.png", "bees/1.png", "wasps/1.png", "wasps/deeper/2.png"],
            Names(source).Order(StringComparer.Ordinal));
        Assert.Equal(["bees/3.png", "bees/wasps"], source.Skipped.Select(skipped => skipped.Name.RelativeTo(_folder)).Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("val/ants", "train/ants")]
    [InlineData("val/ants/more", "train/ants")]
    [InlineData("val/ants/1.png", "train/ants/1.png")]
    [InlineData("train/ants/2.png", "val/bees/1.png")]
    public void SplitByFolder_WhereALinkLeadsToTheOtherSide_IsRefusedByName(string link, string target)
    {
        using var split = new TemporaryFolder();
        split.AddImages("train/ants/1.png", "train/bees/1.png", "val/bees/1.png");
        if (link != "val/ants")
            split.AddImages("val/ants/0.png");
        Link(link, split.File(target), split);

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(split.FullPath).SplitByFolder());

        Assert.Contains($"{Path.DirectorySeparatorChar}train{Path.DirectorySeparatorChar}", error.Message);
        Assert.Contains("are the same on disk", error.Message);
    }

    [SkippableFact]
    public void SplitByFolder_OfLinksToDifferentImages_IsASplit()
    {
        using var split = new TemporaryFolder();
        split.AddImages("train/ants/1.png", "val/ants/0.png", "all/1.png", "all/2.png");
        Link("train/ants/2.png", split.File("all/1.png"), split);
        Link("val/ants/2.png", split.File("all/2.png"), split);

        DatasetSplit both = ImageFolder.Open(split.FullPath).SplitByFolder();

        Assert.Equal((2, 2), (both.Training.Samples.Count, both.Validation.Samples.Count));
    }

    [SkippableFact]
    public void Skipped_OfAPipeNamedLikeAnImage_NamesItWithoutWaiting()
    {
        Pipe.Create(_folder.File("ants/pipe.jpg"));
        Link("bees/zero.jpg", "/dev/zero");

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(3, source.Samples.Count);
        Assert.Equal(["ants/pipe.jpg", "bees/zero.jpg"], source.Skipped.Select(skipped => skipped.Name.RelativeTo(_folder)));
        Assert.Contains("is a pipe; a regular file is expected", source.Skipped[0].Reason);
        Assert.Contains("is a device", source.Skipped[1].Reason);
    }

    private string[] Names(ImageFolder source) => [.. source.Samples.Select(sample => sample.Name.RelativeTo(_folder))];

    private void Link(string link, string target) => Link(link, Path.GetFullPath(target, _folder.FullPath), _folder);

    private static void Link(string link, string target, TemporaryFolder folder)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Links and pipes are made as on Linux.");
        File.CreateSymbolicLink(folder.File(link), target);
    }
}
