using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class VolumeTiersTests
{
    private static readonly FeatureKey _key = StoreFolder.Key();

    [Fact]
    public void Shelf_FilledOneByOne_KeepsFewFilesAndAllFeatures()
    {
        using var folder = new StoreFolder();
        using (FeatureShelf shelf = folder.Store().Open(_key))
        {
            for (int image = 0; image < 200; image++)
            {
                shelf.Add([StoreFolder.Record(image)]);
                Assert.InRange(folder.Volumes(_key).Length, 1, 28);
            }
            AssertAllRead(shelf, 200);
        }

        using FeatureShelf reopened = folder.Store().Open(_key);
        AssertAllRead(reopened, 200);
        Assert.Empty(folder.Reports);
    }

    [Fact]
    public void Merge_OfTwoWritersVolumes_KeepsEachRecordOnce()
    {
        using var folder = new StoreFolder();
        FeatureShelf[] writers = [.. Enumerable.Range(0, VolumeTiers.Merged).Select(_ => folder.Store().Open(_key))];
        foreach (FeatureShelf writer in writers)
        {
            writer.Add(StoreFolder.Records(0, 10));
            writer.Dispose();
        }

        using (FeatureShelf shelf = folder.Store().Open(_key))
            shelf.Add(StoreFolder.Records(10, 10));

        using FeatureShelf reopened = folder.Store().Open(_key);
        AssertAllRead(reopened, 20);
        Assert.InRange(folder.Volumes(_key).Sum(path => new FileInfo(path).Length), 1, 3 * VolumeLayout.FileBytes(_key.Utf8().Length, 4, 10));
    }

    [Fact]
    public void Merge_WhileOthersRead_LosesNothing()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(_key);
        shelf.Add(StoreFolder.Records(0, 50));

        Parallel.Invoke(
            () =>
            {
                for (int image = 50; image < 150; image++)
                    shelf.Add([StoreFolder.Record(image)]);
            },
            () =>
            {
                for (int round = 0; round < 200; round++)
                    AssertAllRead(shelf, 50);
            });

        AssertAllRead(shelf, 150);
        Assert.Empty(folder.Reports);
    }

    [Fact]
    public void Merge_OfADamagedRecord_DoesNotMakeItRight()
    {
        using var folder = new StoreFolder();
        for (int image = 0; image < VolumeTiers.Merged - 1; image++)
        {
            string path = folder.Fill(_key, [StoreFolder.Record(image)]);
            byte[] content = File.ReadAllBytes(path);
            content[^1] ^= 1;
            File.WriteAllBytes(path, content);
        }
        using (FeatureShelf shelf = folder.Store().Open(_key))
            shelf.Add([StoreFolder.Record(VolumeTiers.Merged)]);
        Assert.Single(folder.Volumes(_key));

        using FeatureShelf reopened = folder.Store().Open(_key);

        Assert.All(Enumerable.Range(0, VolumeTiers.Merged - 1), image => Assert.Null(StoreFolder.Read(reopened, image)));
        Assert.Contains("checksum", Assert.Single(folder.Reports));
    }

    private static void AssertAllRead(FeatureShelf shelf, int count)
    {
        for (int image = 0; image < count; image++)
            Assert.Equal(StoreFolder.Values(image, 0, 4), StoreFolder.Read(shelf, image));
    }
}
