using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FeatureShelfTests
{
    private static readonly FeatureKey _key = StoreFolder.Key();

    [Fact]
    public void TryRead_OfEveryFiniteHalf_GivesItBackBitForBit()
    {
        using var folder = new StoreFolder();
        float[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(Half.IsFinite).Select(half => (float)half)];
        FeatureKey key = StoreFolder.Key(all.Length);
        float[] read = new float[all.Length];

        folder.Fill(key, [new FeatureRecord(StoreFolder.Image(1), 0, all)]);
        using FeatureShelf shelf = folder.Store().Open(key);

        Assert.True(shelf.TryRead(new(StoreFolder.Image(1), 0), read));
        Assert.Equal(all.Select(BitConverter.SingleToInt32Bits), read.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void TryRead_RightAfterAdd_GivesWhatALaterRunWillRead()
    {
        using var folder = new StoreFolder();
        var record = new FeatureRecord(StoreFolder.Image(1), 0, new float[] { 0.1f, 1f / 3, 1234.567f, 65519f });
        float[] expected = [.. record.Values.ToArray().Select(value => (float)(Half)value)];
        float[] now = new float[4];
        float[] later = new float[4];

        using (FeatureShelf shelf = folder.Store().Open(_key))
        {
            shelf.Add([record]);
            Assert.True(shelf.TryRead(new(record.Image, 0), now));
        }
        using FeatureShelf reopened = folder.Store().Open(_key);
        Assert.True(reopened.TryRead(new(record.Image, 0), later));

        Assert.Equal(expected, now);
        Assert.Equal(expected, later);
    }

    [Fact]
    public void View_OfOneImage_IsKeptApartFromTheOthers()
    {
        using var folder = new StoreFolder();
        folder.Fill(_key, [.. Enumerable.Range(0, 5).Select(view => StoreFolder.Record(1, view))]);
        using FeatureShelf shelf = folder.Store().Open(_key);

        for (int view = 0; view < 5; view++)
            Assert.Equal(StoreFolder.Values(1, view, 4), StoreFolder.Read(shelf, 1, view));
        Assert.False(shelf.Contains(new(StoreFolder.Image(1), 5)));
        Assert.Null(StoreFolder.Read(shelf, 1, 5));
        Assert.Null(StoreFolder.Read(shelf, 2, 0));
    }

    [Fact]
    public void TryRead_OfWhatIsAbsent_LeavesTheDestination()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(_key);
        float[] destination = [1, 2, 3, 4];

        Assert.False(shelf.TryRead(new(StoreFolder.Image(1), 0), destination));
        Assert.Equal([1, 2, 3, 4], destination);
    }

    [Fact]
    public void Add_OfWhatIsThere_KeepsTheFirst()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(_key);
        var other = new FeatureRecord(StoreFolder.Image(1), 0, new float[] { 9, 9, 9, 9 });

        shelf.Add([StoreFolder.Record(1), other]);
        shelf.Add([other]);

        Assert.Equal(StoreFolder.Values(1, 0, 4), StoreFolder.Read(shelf, 1));
        Assert.Single(folder.Volumes(_key));
    }

    [Fact]
    public void Add_OfNothing_WritesNothing()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(_key);

        shelf.Add([]);

        Assert.False(Directory.Exists(folder.Root));
    }

    [Fact]
    public void Open_OfAnotherKey_SeesNothingOfTheFirst()
    {
        using var folder = new StoreFolder();
        folder.Fill(_key, [StoreFolder.Record(1)]);

        using FeatureShelf other = folder.Store().Open(StoreFolder.Key(boundary: "layer4"));

        Assert.False(other.Contains(new(StoreFolder.Image(1), 0)));
    }

    [Fact]
    public void Open_ByAnotherStore_SeesWhatWasAddedBefore_AndBothGoOn()
    {
        using var folder = new StoreFolder();
        using FeatureShelf first = folder.Store().Open(_key);
        first.Add([StoreFolder.Record(1)]);
        using FeatureShelf second = folder.Store().Open(_key);
        first.Add([StoreFolder.Record(2)]);
        second.Add([StoreFolder.Record(2), StoreFolder.Record(3)]);
        using FeatureShelf third = folder.Store().Open(_key);

        Assert.Equal(StoreFolder.Values(1, 0, 4), StoreFolder.Read(second, 1));
        Assert.False(first.Contains(new(StoreFolder.Image(3), 0)));
        for (int image = 1; image <= 3; image++)
            Assert.Equal(StoreFolder.Values(image, 0, 4), StoreFolder.Read(third, image));
        Assert.Empty(folder.Reports);
    }

    [Theory]
    [InlineData(65520f)]
    [InlineData(-1e30f)]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Add_OfWhatHalfPrecisionCannotHold_KeepsTheOthersAndSaysSoOnce(float value)
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(_key);
        FeatureRecord Unfit(int image) => new(StoreFolder.Image(image), 0, new float[] { 1, 2, 3, value });

        shelf.Add([Unfit(1), StoreFolder.Record(2)]);
        shelf.Add([Unfit(1), Unfit(3)]);

        Assert.False(shelf.Contains(new(StoreFolder.Image(1), 0)));
        Assert.Null(StoreFolder.Read(shelf, 1));
        Assert.Equal(StoreFolder.Values(2, 0, 4), StoreFolder.Read(shelf, 2));
        Assert.Contains(StoreFolder.Image(1).ToString(), Assert.Single(folder.Reports));
    }

    [Fact]
    public void Add_WhereTheFolderCannotBeMade_KeepsValuesInMemoryAndSaysSoOnce()
    {
        using var folder = new StoreFolder();
        File.WriteAllText(folder.Root, "a file where the store should be");
        using FeatureShelf shelf = folder.Store().Open(_key);

        shelf.Add([StoreFolder.Record(1)]);
        shelf.Add([StoreFolder.Record(2)]);

        Assert.Equal(StoreFolder.Values(1, 0, 4), StoreFolder.Read(shelf, 1));
        Assert.Equal(StoreFolder.Values(2, 0, 4), StoreFolder.Read(shelf, 2));
        Assert.Contains("cannot be written", Assert.Single(folder.Reports));
    }

    [Fact]
    public void Add_OfMoreThanTheBoundAtOnce_KeepsTheRestInMemory()
    {
        using var folder = new StoreFolder();
        FeatureKey key = StoreFolder.Key(1024);
        using FeatureShelf shelf = folder.Store(1 << 20).Open(key);

        shelf.Add(StoreFolder.Records(0, 600, 1024));

        Assert.Equal(StoreFolder.Values(599, 0, 1024), StoreFolder.Read(shelf, 599, 0, 1024));
        Assert.InRange(folder.BytesOfAllVolumes(), 1, 1 << 20);
        Assert.Contains("1048576", Assert.Single(folder.Reports));
    }

    [Fact]
    public void Length_OtherThanTheKeys_IsRefused()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(_key);

        Assert.Throws<ArgumentException>(() => shelf.Add([StoreFolder.Record(1, 0, 5)]));
        Assert.Throws<ArgumentException>(() => shelf.TryRead(new(StoreFolder.Image(1), 0), new float[3]));
    }
}
