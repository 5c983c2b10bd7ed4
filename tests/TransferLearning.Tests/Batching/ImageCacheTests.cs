using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Imaging;

namespace TransferLearning.Tests.Batching;

public sealed class ImageCacheTests
{
    private static readonly long _bytes = PixelBuffer.BytesOf(10, 10);

    [Fact]
    public void Keep_WhileThereIsRoom_KeepsTheFirstToCome()
    {
        var cache = new ImageCache(2 * _bytes);

        for (int index = 0; index < 4; index++)
            cache.Keep(index, TestImages.Uniform(10, 10, (byte)index, 0, 0));

        Assert.Equal(0, TestImages.Get(cache.Find(0)!, 9, 9).Red);
        Assert.Equal(1, TestImages.Get(cache.Find(1)!, 9, 9).Red);
        Assert.Null(cache.Find(2));
        Assert.Null(cache.Find(3));
        Assert.Equal(2 * _bytes, cache.Used);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void HasRoomFor_AnImageOfExactlyTheRest_IsTrue(int more, bool expected)
    {
        var cache = new ImageCache(2 * _bytes + more);

        cache.Keep(0, TestImages.Noise(10, 10));

        Assert.Equal(expected, cache.HasRoomFor(10, 10));
        Assert.True(cache.HasRoomFor(10, 9));
    }

    [Fact]
    public void Keep_ASampleThatIsKept_TakesNothingMore()
    {
        var cache = new ImageCache(2 * _bytes);

        cache.Keep(0, TestImages.Uniform(10, 10, 1, 0, 0));
        cache.Keep(0, TestImages.Uniform(10, 10, 2, 0, 0));

        Assert.Equal(_bytes, cache.Used);
        Assert.Equal(1, TestImages.Get(cache.Find(0)!, 0, 0).Red);
    }

    [Fact]
    public void Keep_ARentedImage_KeepsACopyThatNobodyGivesBack()
    {
        var cache = new ImageCache(_bytes);
        PixelBuffer rented = PixelBuffer.Rent(10, 10);
        rented.Pixels.Fill(7);

        cache.Keep(0, rented);
        rented.Release();
        cache.Find(0)!.Release();

        Assert.Equal((7, 7, 7), TestImages.Get(cache.Find(0)!, 3, 3));
    }

    [Fact]
    public void Keep_FromManyThreads_StaysWithinTheBudget()
    {
        var cache = new ImageCache(10 * _bytes + 5);
        PixelBuffer image = TestImages.Noise(10, 10);

        Parallel.For(0, 200, index => cache.Keep(index % 50, image));

        Assert.Equal(10 * _bytes, cache.Used);
        Assert.Equal(10, Enumerable.Range(0, 50).Count(index => cache.Find(index) is not null));
    }
}
