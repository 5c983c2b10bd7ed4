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
    public void Write_AfterAWriterWasKilled_DeletesWhatItLeft()
    {
        using var folder = new TemporaryFolder();
        string left = Leave(folder, "file.bin", TimeSpan.FromHours(2));

        AtomicFile.Write(folder.File("file.bin"), stream => stream.Write([1]));

        Assert.False(File.Exists(left));
    }

    [Fact]
    public void Write_BesideOthersUnfinishedFiles_LeavesThem()
    {
        using var folder = new TemporaryFolder();
        string recent = Leave(folder, "file.bin", TimeSpan.FromMinutes(50));
        string ofAnotherName = Leave(folder, "file.bin.bin", TimeSpan.FromHours(2));
        string ofTheUser = folder.File(".file.bin.mine.partial");
        File.WriteAllText(ofTheUser, "");
        File.SetLastWriteTimeUtc(ofTheUser, DateTime.UtcNow.AddDays(-1));
        string live = Leave(folder, "file.bin", TimeSpan.Zero);
        using var writer = new FileStream(live, FileMode.Open, FileAccess.Write, FileShare.None);
        File.SetLastWriteTimeUtc(writer.SafeFileHandle, DateTime.UtcNow.AddHours(-2));

        AtomicFile.Write(folder.File("file.bin"), stream => stream.Write([1]));

        Assert.All([recent, ofAnotherName, ofTheUser, live], path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public void Patiently_WhereTheMoveIsDeniedForAWhile_TriesAgain()
    {
        int denied = 0;
        var pauses = new List<int>();

        AtomicFile.Patiently(() => _ = ++denied < 4 ? throw (denied == 1 ? new IOException() : new UnauthorizedAccessException()) : 0, pauses.Add);

        Assert.Equal([1, 2, 4], pauses);
    }

    [Fact]
    public void Patiently_WhereTheMoveIsDeniedForGood_ThrowsTheLastError()
    {
        int denied = 0;
        var pauses = new List<int>();

        var failure = Assert.Throws<UnauthorizedAccessException>(
            () => AtomicFile.Patiently(() => throw new UnauthorizedAccessException($"{++denied}"), pauses.Add));

        Assert.Equal($"{denied}", failure.Message);
        Assert.InRange(pauses.Sum(), 400, 1000);
    }

    [Fact]
    public void Patiently_WhereTheFolderIsGone_DoesNotWait() =>
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Patiently(() => throw new DirectoryNotFoundException(), _ => Assert.Fail("waited")));

    [Fact]
    public void TryFlush_OfAFolder_SaysWhetherTheSystemCan()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(!OperatingSystem.IsWindows(), AtomicFile.TryFlush(folder.FullPath));
        Assert.False(AtomicFile.TryFlush(folder.File("absent")));
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

    [Fact]
    public void WriteNew_BySeveralAtOnce_GivesEachAFileOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        string[] paths = new string[16];
        using var together = new Barrier(paths.Length);
        Thread[] writers = [.. Enumerable.Range(0, paths.Length).Select(writer => new Thread(() => paths[writer] = AtomicFile.WriteNew(folder.File("best.bin"), stream =>
        {
            stream.Write(Enumerable.Repeat((byte)writer, 50_000).ToArray());
            together.SignalAndWait();
        })))];

        Array.ForEach(writers, writer => writer.Start());
        Array.ForEach(writers, writer => writer.Join());

        Assert.Equal(
            Enumerable.Range(1, paths.Length).Select(number => folder.File(number == 1 ? "best.bin" : $"best-{number}.bin")).Order(StringComparer.Ordinal),
            paths.Order(StringComparer.Ordinal));
        Assert.All(paths.Index(), entry => Assert.Equal(Enumerable.Repeat((byte)entry.Index, 50_000), File.ReadAllBytes(entry.Item)));
        Assert.Equal(paths.Length, Directory.GetFileSystemEntries(folder.FullPath).Length);
    }

    [Fact]
    public void WriteNew_WhereFilesAndFoldersHaveTheName_LeavesThem()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("best.bin"), "earlier");
        Directory.CreateDirectory(folder.File("best-2.bin"));

        Assert.Equal(folder.File("best-3.bin"), AtomicFile.WriteNew(folder.File("best.bin"), stream => stream.Write([1])));

        Assert.Equal("earlier", File.ReadAllText(folder.File("best.bin")));
    }

    [Fact]
    public void WriteNew_FailingHalfWay_LeavesNothing()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<IOException>(() => AtomicFile.WriteNew(folder.File("best.bin"), _ => throw new IOException("the disk is full")));

        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void TryOut_OfAnAbsentFolder_MakesItAndLeavesItEmpty()
    {
        using var folder = new TemporaryFolder();

        AtomicFile.TryOut(folder.File("a/b"));

        Assert.Empty(Directory.GetFileSystemEntries(folder.File("a/b")));
    }

    private static string Leave(TemporaryFolder folder, string name, TimeSpan age)
    {
        string path = folder.File($".{name}.{Guid.NewGuid():N}.partial");
        File.WriteAllText(path, "unfinished");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return path;
    }
}
