using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FeatureStoreSharingTests
{
    [Fact]
    public async Task Processes_ThatFillAndEmptyOneStore_ReadWhatWasAddedAndTellOfNothing()
    {
        using var folder = new StoreFolder();

        string[] complaints = await Task.WhenAll(Enumerable.Range(1, 2).Select(seed => StoreProcess.Use(folder.Root, seed)));

        Assert.Equal(["", ""], complaints);
        AssertWholeAndBounded(folder);
    }

    [Fact]
    public void Threads_WithStoresOfTheirOwn_ReadWhatWasAddedAndTellOfNothing()
    {
        using var folder = new StoreFolder();
        var complaints = new IReadOnlyList<string>[4];

        Parallel.For(0, 4, user => complaints[user] = new StoreUser(folder.Root, user).Use());

        Assert.All(complaints, Assert.Empty);
        AssertWholeAndBounded(folder);
    }

    [Fact]
    public void Shelf_ReadAndFilledByManyThreads_GivesEachWhatItAdded()
    {
        using var folder = new StoreFolder();
        using FeatureShelf shelf = folder.Store().Open(StoreFolder.Key());

        Parallel.For(0, 300, image =>
        {
            shelf.Add([StoreFolder.Record(image)]);
            Assert.Equal(StoreFolder.Values(image, 0, 4), StoreFolder.Read(shelf, image));
        });

        Assert.All(Enumerable.Range(0, 300), image => Assert.True(shelf.Contains(new(StoreFolder.Image(image), 0))));
        Assert.Empty(folder.Reports);
    }

    // Whoever adds last counts all that was written before.
    private static void AssertWholeAndBounded(StoreFolder folder)
    {
        Assert.InRange(folder.BytesOfAllVolumes(), 1, StoreUser.Bound);
        Assert.Empty(Directory.GetFiles(folder.Root, "*.partial", SearchOption.AllDirectories));
        foreach (FeatureKey key in StoreUser.Keys)
            folder.Store().Open(key).Dispose();
        Assert.Empty(folder.Reports);
    }
}
