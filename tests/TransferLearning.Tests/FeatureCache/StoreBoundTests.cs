using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>Volumes of 230 kB in a store of 1 MiB: four fit, five do not.</summary>
public sealed class StoreBoundTests
{
    private const int Features = 1024;
    private const int Images = 110;
    private const long Bound = 1 << 20;
    private static readonly DateTime _past = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static FeatureKey Key(string name) => StoreFolder.Key(Features, name);

    [Fact]
    public void Add_BeyondTheBound_DeletesWhatWasOpenedLongestAgo()
    {
        using var folder = new StoreFolder();
        string[] volumes = [Fill(folder, "a", 3), Fill(folder, "b", 1), Fill(folder, "c", 2), Fill(folder, "d", 4)];

        Add(folder, "e");

        Assert.Equal([true, false, true, true], volumes.Select(File.Exists));
        Assert.InRange(folder.BytesOfAllVolumes(), 1, Bound);
        Assert.False(Directory.Exists(folder.Shelf(Key("b"))));
        Assert.Empty(folder.Reports);
    }

    [Fact]
    public void Open_CountsAsUse()
    {
        using var folder = new StoreFolder();
        string[] volumes = [Fill(folder, "a", 1), Fill(folder, "b", 2), Fill(folder, "c", 3), Fill(folder, "d", 4)];

        folder.Store(Bound).Open(Key("a")).Dispose();
        Add(folder, "e");

        Assert.Equal([true, false, true, true], volumes.Select(File.Exists));
    }

    [Fact]
    public void Shelf_InUse_LosesNothingWhileOthersHaveSomething()
    {
        using var folder = new StoreFolder();
        string own = Fill(folder, "own", 9);
        using FeatureShelf shelf = folder.Store(Bound).Open(Key("own"));
        string[] others = [Fill(folder, "b", 8), Fill(folder, "c", 8), Fill(folder, "d", 8)];
        File.SetLastWriteTimeUtc(own, _past);

        for (int volume = 1; volume < 4; volume++)
            shelf.Add(StoreFolder.Records(volume * Images, Images, Features));

        Assert.True(File.Exists(own));
        Assert.DoesNotContain(others, File.Exists);
        Assert.Equal(StoreFolder.Values(0, 0, Features), StoreFolder.Read(shelf, 0, 0, Features));
        Assert.Empty(folder.Reports);
    }

    [Fact]
    public void Shelf_LargerThanTheBoundAlone_KeepsItsFirstInFilesAndTheRestInMemoryAndSaysSoOnce()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store(Bound).Open(Key("own"));
        for (int volume = 0; volume < 6; volume++)
        {
            shelf.Add(StoreFolder.Records(volume * Images, Images, Features));
            Assert.InRange(folder.BytesOfAllVolumes(), 1, Bound);
        }

        for (int image = 0; image < 6 * Images; image++)
            Assert.Equal(StoreFolder.Values(image, 0, Features), StoreFolder.Read(shelf, image, 0, Features));
        Assert.False(shelf.IsFull);
        Assert.Contains("Raise FeatureStoreOptions.MaximumBytes", Assert.Single(folder.Reports));

        using FeatureShelf later = folder.Store(Bound).Open(Key("own"));
        Assert.Equal([true, true, true, false, false], new[] { 0, 1, 2, 4, 5 }.Select(volume => later.Contains(new(StoreFolder.Image(volume * Images), 0))));
    }

    [Fact]
    public void Shelf_LargerThanFilesAndMemory_IsFullAndKeepsNoMore()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store(Bound).Open(Key("own"));
        for (int volume = 0; volume < 12; volume++)
            shelf.Add(StoreFolder.Records(volume * Images, Images, Features));

        Assert.True(shelf.IsFull);
        int most = (int)(2 * Bound / (Features * VolumeLayout.FeatureBytes));
        Assert.InRange(Enumerable.Range(0, 12 * Images).Count(image => shelf.Contains(new(StoreFolder.Image(image), 0))), most * 3 / 4, most);
        Assert.Single(folder.Reports);
    }

    [Fact]
    public void Shelf_OfWhichOthersReadOnlyAPart_LosesWhatNobodyReads()
    {
        using var folder = new StoreFolder();
        string[] volumes = [.. Enumerable.Range(0, 4).Select(volume => folder.Fill(Key("own"), StoreFolder.Records(volume * Images, Images, Features)))];
        using FeatureShelf shelf = folder.Store(Bound).Open(Key("own"));
        Assert.NotNull(StoreFolder.Read(shelf, 2 * Images, 0, Features));

        shelf.Add(StoreFolder.Records(4 * Images, 3 * Images, Features));

        Assert.Equal([false, false, true, false], volumes.Select(File.Exists));
        Assert.Empty(folder.Reports);
    }

    // Windows may keep the name until the file is closed; then the next addition clears it.
    [Fact]
    public void Shelf_OpenElsewhere_StaysReadableWhenItsFilesAreDeleted()
    {
        using var folder = new StoreFolder();
        string evicted = Fill(folder, "a", 0);
        using (FeatureShelf shelf = folder.Store(Bound).Open(Key("a")))
        {
            File.SetLastWriteTimeUtc(evicted, _past);
            for (int volume = 0; volume < 4; volume++)
                Add(folder, $"other {volume}");

            Assert.True(OperatingSystem.IsWindows() || !File.Exists(evicted));
            Assert.Equal(StoreFolder.Values(1, 0, Features), StoreFolder.Read(shelf, 1, 0, Features));
        }
        Add(folder, "last");

        Assert.False(File.Exists(evicted));
        Assert.InRange(folder.BytesOfAllVolumes(), 1, Bound);
    }

    [Fact]
    public void Bound_MadeSmaller_IsKeptAtTheNextAddition_NotByReading()
    {
        const int Fewer = VolumeTiers.Merged - 1;
        using var folder = new StoreFolder();
        for (int volume = 0; volume < Fewer; volume++)
            folder.Fill(Key("a"), StoreFolder.Records(volume * Images, Images, Features));

        using FeatureShelf shelf = folder.Store(Bound).Open(Key("a"));
        for (int image = 0; image < Fewer * Images; image++)
            Assert.Equal(StoreFolder.Values(image, 0, Features), StoreFolder.Read(shelf, image, 0, Features));
        Assert.Equal(Fewer, folder.Volumes(Key("a")).Length);

        shelf.Add(StoreFolder.Records(Fewer * Images, 1, Features));
        Assert.InRange(folder.BytesOfAllVolumes(), 1, Bound);
    }

    [Fact]
    public void Add_ClearsWhatDeadWritersLeft_AndNothingOfOthers()
    {
        using var folder = new StoreFolder();
        string shelf = Path.GetDirectoryName(Fill(folder, "a", 0))!;
        string dead = Leave(shelf, $".{StoreFiles.NewVolume()}.{Guid.NewGuid():N}.partial", TimeSpan.FromMinutes(61));
        string alive = Leave(shelf, $".{StoreFiles.NewVolume()}.{Guid.NewGuid():N}.partial", TimeSpan.FromMinutes(59));
        string foreign = Leave(shelf, "download.partial", TimeSpan.FromDays(100));
        string outside = Leave(folder.Root, StoreFiles.NewVolume(), TimeSpan.FromDays(100));
        string elsewhere = Leave(Directory.CreateDirectory(Path.Combine(folder.Root, "photographs")).FullName, StoreFiles.NewVolume(), TimeSpan.FromDays(100));
        string emptyShelf = Directory.CreateDirectory(folder.Shelf(Key("empty"))).FullName;
        string emptyForeign = Directory.CreateDirectory(Path.Combine(folder.Root, "empty")).FullName;

        for (int other = 0; other < 5; other++)
            Add(folder, $"other {other}");

        Assert.False(File.Exists(dead));
        Assert.False(Directory.Exists(emptyShelf));
        Assert.All([alive, foreign, outside, elsewhere], path => Assert.True(File.Exists(path)));
        Assert.True(Directory.Exists(emptyForeign));
    }

    [Fact]
    public void Add_WhileAWriterHoldsItsFile_LeavesIt()
    {
        using var folder = new StoreFolder();
        string unfinished = Leave(Path.GetDirectoryName(Fill(folder, "a", 0))!, $".{StoreFiles.NewVolume()}.{Guid.NewGuid():N}.partial", TimeSpan.FromHours(2));

        using (new FileStream(unfinished, FileMode.Open, FileAccess.Write, FileShare.None))
            Add(folder, "b");

        Assert.True(File.Exists(unfinished));
    }

    [Fact]
    public void Open_AtATime_MarksVolumesAsUsedThen()
    {
        using var folder = new StoreFolder();
        string volume = Fill(folder, "a", 0);
        var now = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

        folder.Store(Bound, new StoppedClock(now)).Open(Key("a")).Dispose();

        Assert.Equal(now.UtcDateTime, File.GetLastWriteTimeUtc(volume));
    }

    private static string Leave(string folder, string name, TimeSpan age)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, new byte[1000]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return path;
    }

    // A volume last used on a day of the past.
    private static string Fill(StoreFolder folder, string name, int day)
    {
        string path = folder.Fill(Key(name), StoreFolder.Records(0, Images, Features));
        File.SetLastWriteTimeUtc(path, _past.AddDays(day));
        return path;
    }

    private static void Add(StoreFolder folder, string name)
    {
        using FeatureShelf shelf = folder.Store(Bound).Open(Key(name));
        shelf.Add(StoreFolder.Records(0, Images, Features));
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
