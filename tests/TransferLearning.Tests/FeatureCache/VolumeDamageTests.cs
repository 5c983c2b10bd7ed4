using System.Diagnostics;
using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>Whatever becomes of a volume's file, its features come back right or not at all.</summary>
public sealed class VolumeDamageTests
{
    private static readonly FeatureKey _key = StoreFolder.Key();

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Byte_AlteredAnywhere_IsFoundAndToldOnce(byte alteration)
    {
        using var folder = new StoreFolder();
        string path = folder.Fill(_key, StoreFolder.Records(0, 3));
        byte[] content = File.ReadAllBytes(path);

        for (int position = 0; position < content.Length; position++)
        {
            byte[] altered = [.. content];
            altered[position] ^= alteration;
            File.WriteAllBytes(path, altered);
            folder.Reports.Clear();

            using FeatureShelf shelf = folder.Store().Open(_key);
            Assert.True(RightOrAbsent(shelf, 3) < 3, $"All records were read, though byte {position} was altered.");
            Assert.True(folder.Reports.Count == 1, $"{folder.Reports.Count} reports, where byte {position} was altered.");
            Assert.False(File.Exists(path), $"Altered at byte {position}, the file was left.");
        }
    }

    [Fact]
    public void File_CutShortAnywhere_IsSkippedAndDeleted()
    {
        using var folder = new StoreFolder();
        string path = folder.Fill(_key, StoreFolder.Records(0, 3));
        byte[] content = File.ReadAllBytes(path);

        for (int length = 0; length < content.Length; length++)
        {
            File.WriteAllBytes(path, content[..length]);
            folder.Reports.Clear();

            using FeatureShelf shelf = folder.Store().Open(_key);
            Assert.Equal(0, RightOrAbsent(shelf, 3));
            Assert.Single(folder.Reports);
            Assert.False(File.Exists(path), $"Cut to {length} bytes, the file was left.");
        }
    }

    [SkippableFact]
    public async Task Pipe_NamedAsAVolume_IsNotWaitedFor()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pipes in folders");
        using var folder = new StoreFolder();
        folder.Fill(_key, StoreFolder.Records(0, 3));
        string pipe = Path.Combine(folder.Shelf(_key), StoreFiles.NewVolume());
        using (Process made = Process.Start("mkfifo", pipe))
            made.WaitForExit();

        using FeatureShelf shelf = await Task.Run(() => folder.Store().Open(_key)).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(3, RightOrAbsent(shelf, 3));
        Assert.Contains("no regular file", Assert.Single(folder.Reports));
    }

    [Fact]
    public void File_WithAByteTooMany_IsSkippedAndDeleted()
    {
        using var folder = new StoreFolder();
        string path = folder.Fill(_key, StoreFolder.Records(0, 3));
        File.AppendAllText(path, "x");

        using FeatureShelf shelf = folder.Store().Open(_key);

        Assert.Equal(0, RightOrAbsent(shelf, 3));
        Assert.Contains("do not fill", Assert.Single(folder.Reports));
        Assert.False(File.Exists(path));
    }

    // 2^31 - 1 records would take 85 GB for the index alone.
    [Theory]
    [InlineData(VolumeLayout.KeyBytesAt)]
    [InlineData(VolumeLayout.FeaturesAt)]
    [InlineData(VolumeLayout.RecordsAt)]
    public void Count_BeyondReason_TakesNoMemory(int position)
    {
        using var folder = new StoreFolder();
        string path = folder.Fill(_key, StoreFolder.Records(0, 3));
        foreach (int count in (int[])[int.MaxValue, int.MinValue, -1, 0])
        {
            byte[] content = File.Exists(path) ? File.ReadAllBytes(path) : File.ReadAllBytes(path = folder.Fill(_key, StoreFolder.Records(0, 3)));
            BitConverter.GetBytes(count).CopyTo(content, position);
            File.WriteAllBytes(path, content);
            long before = GC.GetAllocatedBytesForCurrentThread();

            using FeatureShelf shelf = folder.Store().Open(_key);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            Assert.Equal(0, RightOrAbsent(shelf, 3));
        }
    }

    [Fact]
    public void Damage_InOneVolume_LeavesTheOthers()
    {
        using var folder = new StoreFolder();
        string damaged = folder.Fill(_key, StoreFolder.Records(0, 3));
        folder.Fill(_key, StoreFolder.Records(10, 3));
        AlterLastByte(damaged);

        using FeatureShelf shelf = folder.Store().Open(_key);

        Assert.Null(StoreFolder.Read(shelf, 2));
        Assert.Equal(StoreFolder.Values(12, 0, 4), StoreFolder.Read(shelf, 12));
    }

    [Fact]
    public void Features_FoundDamaged_CanBeAddedAnew()
    {
        using var folder = new StoreFolder();
        AlterLastByte(folder.Fill(_key, StoreFolder.Records(0, 3)));
        using (FeatureShelf shelf = folder.Store().Open(_key))
        {
            Assert.True(shelf.Contains(new(StoreFolder.Image(2), 0)));
            Assert.Null(StoreFolder.Read(shelf, 2));
            Assert.False(shelf.Contains(new(StoreFolder.Image(2), 0)));
            shelf.Add([StoreFolder.Record(2)]);
            Assert.Equal(StoreFolder.Values(2, 0, 4), StoreFolder.Read(shelf, 2));
        }

        using FeatureShelf reopened = folder.Store().Open(_key);

        Assert.Equal(StoreFolder.Values(2, 0, 4), StoreFolder.Read(reopened, 2));
        Assert.Single(folder.Reports);
    }

    // Mapped into memory, such a file would end the process.
    [SkippableFact]
    public void File_CutShortWhileOpen_IsFoundDamaged()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows lets nobody cut a file that is open for reading");
        using var folder = new StoreFolder();
        string path = folder.Fill(_key, StoreFolder.Records(0, 3));
        using FeatureShelf shelf = folder.Store().Open(_key);

        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(100);

        Assert.Null(StoreFolder.Read(shelf, 0));
        Assert.Contains("ends at byte", Assert.Single(folder.Reports));
    }

    [Fact]
    public void Damage_FoundByManyThreads_IsToldOnce()
    {
        using var folder = new StoreFolder();
        AlterLastByte(folder.Fill(_key, StoreFolder.Records(0, 3)));
        using FeatureShelf shelf = folder.Store().Open(_key);

        Parallel.For(0, 16, _ => Assert.Null(StoreFolder.Read(shelf, 2)));

        Assert.Single(folder.Reports);
    }

    [Fact]
    public void Volume_OfAnotherKey_IsSkippedAndDeleted()
    {
        using var folder = new StoreFolder();
        FeatureKey other = StoreFolder.Key(boundary: "layer4x");
        folder.Fill(_key, StoreFolder.Records(0, 3));
        string foreign = Path.Combine(folder.Shelf(_key), StoreFiles.NewVolume());
        File.Copy(folder.Fill(other, StoreFolder.Records(10, 3)), foreign);

        using FeatureShelf shelf = folder.Store().Open(_key);

        Assert.Equal(3, RightOrAbsent(shelf, 3));
        Assert.Null(StoreFolder.Read(shelf, 10));
        Assert.Contains("another key", Assert.Single(folder.Reports));
        Assert.False(File.Exists(foreign));
    }

    [Fact]
    public void File_ThatIsNoVolumeByName_IsLeftAlone()
    {
        using var folder = new StoreFolder();
        folder.Fill(_key, StoreFolder.Records(0, 3));
        string[] foreign = [.. ((string[])["notes.txt", "mine.features", ".hidden"]).Select(name => Path.Combine(folder.Shelf(_key), name))];
        foreach (string path in foreign)
            File.WriteAllText(path, "not ours");

        using FeatureShelf shelf = folder.Store().Open(_key);

        Assert.Equal(3, RightOrAbsent(shelf, 3));
        Assert.All(foreign, path => Assert.Equal("not ours", File.ReadAllText(path)));
        Assert.Empty(folder.Reports);
    }

    private static int RightOrAbsent(FeatureShelf shelf, int count)
    {
        int right = 0;
        for (int image = 0; image < count; image++)
        {
            float[]? read = StoreFolder.Read(shelf, image);
            if (read is null)
                continue;
            Assert.Equal(StoreFolder.Values(image, 0, 4), read);
            right++;
        }
        return right;
    }

    private static void AlterLastByte(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        content[^1] ^= 1;
        File.WriteAllBytes(path, content);
    }
}
