using TransferLearning.Internal;

namespace TransferLearning.Tests.Internal;

public sealed class LargeArrayPoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(150_528)]
    [InlineData(562_532)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    public void Rent_AnyLength_GivesAtLeastThatAndAnEighthMoreAtMost(int length)
    {
        float[] array = new LargeArrayPool<float>(mostIdleBytes: 0).Rent(length);

        Assert.InRange(array.Length, length, length + length / 8 + 1);
    }

    [Fact]
    public void Rent_AfterAReturnByAnotherThread_GivesTheSameArray()
    {
        var pool = new LargeArrayPool<byte>(mostIdleBytes: 1 << 20);
        byte[] array = pool.Rent(100_000);
        var thread = new Thread(() => pool.Return(array));
        thread.Start();
        thread.Join();

        Assert.Same(array, pool.Rent(99_999));
        Assert.NotSame(array, pool.Rent(99_999));
    }

    [Fact]
    public void Return_BeyondWhatMayLieIdle_LetsTheArrayGo()
    {
        var pool = new LargeArrayPool<float>(mostIdleBytes: 500_000);
        float[] kept = pool.Rent(100_000), dropped = pool.Rent(100_000);

        pool.Return(kept);
        pool.Return(dropped);

        Assert.Same(kept, pool.Rent(100_000));
        Assert.NotSame(dropped, pool.Rent(100_000));
    }

    [Fact]
    public void Return_ToAFullPool_TakesThePlaceOfTheLengthNotRentedForTheLongestTime()
    {
        var pool = new LargeArrayPool<float>(mostIdleBytes: 500_000);
        float[] old = pool.Rent(60_000), used = pool.Rent(40_000), added = pool.Rent(50_000);
        pool.Return(used);
        pool.Return(old);

        pool.Return(added);

        Assert.Same(added, pool.Rent(50_000));
        Assert.Same(used, pool.Rent(40_000));
        Assert.NotSame(old, pool.Rent(60_000));
    }

    [Fact]
    public void Return_AnArrayOfAnotherMaker_IsIgnored()
    {
        var pool = new LargeArrayPool<byte>(mostIdleBytes: 1 << 20);
        var foreign = new byte[100_001];

        pool.Return(foreign);

        Assert.NotSame(foreign, pool.Rent(100_001));
    }
}
