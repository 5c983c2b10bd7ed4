using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Imaging;

namespace TransferLearning.Tests.Batching;

public sealed class PictureCacheTests
{
    private static readonly long _bytes = PixelBuffer.BytesOf(10, 10);

    [Fact]
    public void Keep_WhileThereIsRoom_KeepsTheFirstToCome()
    {
        var cache = new PictureCache(2 * _bytes);

        for (int index = 0; index < 4; index++)
            cache.Keep(index, Pictures.Uniform(10, 10, (byte)index, 0, 0));

        Assert.Equal(0, Pictures.Get(cache.Find(0)!, 9, 9).Red);
        Assert.Equal(1, Pictures.Get(cache.Find(1)!, 9, 9).Red);
        Assert.Null(cache.Find(2));
        Assert.Null(cache.Find(3));
        Assert.Equal(2 * _bytes, cache.Used);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void HasRoomFor_APictureOfExactlyTheRest_IsTrue(int more, bool expected)
    {
        var cache = new PictureCache(2 * _bytes + more);

        cache.Keep(0, Pictures.Noise(10, 10));

        Assert.Equal(expected, cache.HasRoomFor(10, 10));
        Assert.True(cache.HasRoomFor(10, 9));
    }

    [Fact]
    public void Keep_ASampleThatIsKept_TakesNothingMore()
    {
        var cache = new PictureCache(2 * _bytes);

        cache.Keep(0, Pictures.Uniform(10, 10, 1, 0, 0));
        cache.Keep(0, Pictures.Uniform(10, 10, 2, 0, 0));

        Assert.Equal(_bytes, cache.Used);
        Assert.Equal(1, Pictures.Get(cache.Find(0)!, 0, 0).Red);
    }

    [Fact]
    public void Keep_ARentedPicture_KeepsACopyThatNobodyGivesBack()
    {
        var cache = new PictureCache(_bytes);
        PixelBuffer rented = PixelBuffer.Rent(10, 10);
        rented.Pixels.Fill(7);

        cache.Keep(0, rented);
        rented.Release();
        cache.Find(0)!.Release();

        Assert.Equal((7, 7, 7), Pictures.Get(cache.Find(0)!, 3, 3));
    }

    [Fact]
    public void Keep_FromManyThreads_StaysWithinTheBudget()
    {
        var cache = new PictureCache(10 * _bytes + 5);
        PixelBuffer picture = Pictures.Noise(10, 10);

        Parallel.For(0, 200, index => cache.Keep(index % 50, picture));

        Assert.Equal(10 * _bytes, cache.Used);
        Assert.Equal(10, Enumerable.Range(0, 50).Count(index => cache.Find(index) is not null));
    }
}
