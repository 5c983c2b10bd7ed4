using TransferLearning.Data;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samples_OfClassFolders_StandFolderByFolderInOrdinalOrder()
    {
        _folder.AddImages("bees/2.png", "bees/10.png", "ants/b.png", "ants/deeper/a.png", "ants/Z.png", "Wasps/1.png");

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(["Wasps", "ants", "bees"], source.Classes);
        Assert.Equal(
            ["Wasps/1.png", "ants/Z.png", "ants/b.png", "ants/deeper/a.png", "bees/10.png", "bees/2.png"],
            source.Samples.Select(sample => sample.Name.RelativeTo(_folder)));
        Assert.Equal([0, 1, 1, 1, 2, 2], source.Samples.Select(sample => sample.ClassIndex));
    }

    [Fact]
    public void Load_OfASample_GivesTheBytesOfItsFile()
    {
        _folder.AddFile("ants/1.jpg", DrawnImage.Jpeg(variant: 1));
        _folder.AddFile("bees/1.jpg", DrawnImage.Jpeg(variant: 2));

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(DrawnImage.Jpeg(variant: 2), source.Load(1).ToArray());
    }

    [Fact]
    public void Samples_ByContent_TakeFormatsUnderEachOthersNamesAndAnyCaseOfLetters()
    {
        _folder.AddFile("ants/png-named.JPG", DrawnImage.Png());
        _folder.AddFile("ants/jpeg-named.png", DrawnImage.Jpeg());
        _folder.AddFile("ants/image.WebP", DrawnImage.WebP());
        _folder.AddFile("ants/image.bmp", "BM and the rest of a bitmap"u8);

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(4, source.Samples.Count);
        Assert.Empty(source.Skipped);
    }

    [Theory]
    [InlineData("animation.gif", "GIF89a and so on", "'.gif'")]
    [InlineData("renamed.jpg", "GIF89a and so on", "GIF")]
    [InlineData("scan.png", "II*\0 and so on", "TIFF")]
    [InlineData("page.jpg", "<!DOCTYPE html>", "3C21444F")]
    [InlineData("sound.webp", "RIFF1234WAVE", "no image")]
    [InlineData("cut.jpg", "", "empty")]
    [InlineData("README", "about the ants", "extension ''")]
    public void Skipped_OfWhatIsNoImage_NamesTheFileAndTheReason(string file, string content, string reason)
    {
        _folder.AddImages("ants/1.png");
        _folder.AddFile($"ants/{file}", System.Text.Encoding.Latin1.GetBytes(content));

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Single(source.Samples);
        SkippedSample skipped = Assert.Single(source.Skipped);
        Assert.Equal($"ants/{file}", skipped.Name.RelativeTo(_folder));
        Assert.Contains(reason, skipped.Reason);
    }

    [Fact]
    public void Skipped_OfAnImageBesideTheClassFolders_ReportsIt()
    {
        _folder.AddImages("ants/1.png", "stray.png");

        SkippedSample skipped = Assert.Single(ImageFolder.Open(_folder.FullPath).Skipped);

        Assert.Equal("stray.png", skipped.Name.RelativeTo(_folder));
    }

    [Fact]
    public void Samples_OfHiddenFilesAndFolders_PassThemOver()
    {
        _folder.AddImages("ants/1.png", "ants/.hidden.png", "ants/.thumbnails/1.png", ".git/1.png", ".DS_Store");

        ImageFolder source = ImageFolder.Open(_folder.FullPath);

        Assert.Equal(["ants"], source.Classes);
        Assert.Single(source.Samples);
        Assert.Empty(source.Skipped);
    }

    [Fact]
    public void Open_OfAMissingFolder_NamesIt()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Open(_folder.File("nowhere")));

        Assert.Contains(_folder.File("nowhere"), error.Message);
    }

    [Fact]
    public void Open_OfAFolderOfImages_ExplainsTheLayout()
    {
        _folder.AddImages("1.png", ".hidden/1.png");

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.FullPath));

        Assert.Contains("no class folders", error.Message);
    }

    [Fact]
    public void Samples_OfAnEmptyClass_ThrowWithItsNameAndWhatWasNotTaken()
    {
        _folder.AddImages("ants/1.png");
        _folder.AddFile("wasps/1.gif", "GIF89a"u8);

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.FullPath).Samples);

        Assert.Contains("'wasps'", error.Message);
        Assert.DoesNotContain("'ants'", error.Message);
        Assert.Contains("1.gif", error.Message);
    }

    [Fact]
    public void Samples_OfAnEmptyClassThatIsAllowed_KeepTheClass()
    {
        _folder.AddImages("bees/1.png");
        Directory.CreateDirectory(_folder.File("ants"));

        ImageFolder source = ImageFolder.Open(_folder.FullPath, new ImageFolderOptions { AllowEmptyClasses = true });

        Assert.Equal(["ants", "bees"], source.Classes);
        Assert.Equal(1, Assert.Single(source.Samples).ClassIndex);
    }
}
