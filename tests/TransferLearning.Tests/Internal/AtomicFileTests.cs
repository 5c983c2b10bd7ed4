using TransferLearning.Internal;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Internal;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_IntoAnAbsentFolder_MakesFolderAndFile()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.FullPath, "a", "b", "file.bin");

        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Write_OverALongerFile_ReplacesAllOfIt()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("file.bin");
        File.WriteAllBytes(path, new byte[100]);

        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_FailingHalfWay_LeavesTheEarlierFileAndNothingBeside()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("file.bin");
        File.WriteAllText(path, "earlier");

        var failure = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 17]);
            throw new InvalidOperationException("half way");
        }));

        Assert.Equal("half way", failure.Message);
        Assert.Equal("earlier", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void Write_WhileItLasts_ShowsReadersTheEarlierFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("file.bin");
        File.WriteAllText(path, "earlier");
        string seen = "";

        AtomicFile.Write(path, stream =>
        {
            stream.Write("later"u8);
            stream.Flush();
            seen = File.ReadAllText(path);
        });

        Assert.Equal("earlier", seen);
        Assert.Equal("later", File.ReadAllText(path));
    }

    [Fact]
    public void Write_WhereAFolderStands_SaysSoAndLeavesIt()
    {
        using var folder = new TemporaryFolder();

        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(folder.FullPath, stream => stream.Write([1])));

        Assert.Contains($"'{folder.FullPath}' names a folder", failure.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void Write_WithAFileForAFolder_Fails()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");

        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(folder.File("file"), "inside"), stream => stream.Write([1])));
    }

    [Fact]
    public void Write_BySeveralAtOnce_LeavesOneWholeFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("file.bin");

        Parallel.For(1, 9, writer => AtomicFile.Write(path, stream => stream.Write(Enumerable.Repeat((byte)writer, 50_000).ToArray())));

        byte[] content = File.ReadAllBytes(path);
        Assert.Equal(50_000, content.Length);
        Assert.Single(content.Distinct());
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullPath));
    }
}
