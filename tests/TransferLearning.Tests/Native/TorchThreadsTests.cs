using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

public sealed class TorchThreadsTests
{
    [Fact]
    public void Count_SetOnAThread_LeavesOtherThreadsAlone()
    {
        int before = TorchThreads.Count;
        int there = 0;
        var thread = new Thread(() =>
        {
            TorchThreads.Count = before + 1;
            there = TorchThreads.Count;
            TorchThreads.Count = before;
        });

        thread.Start();
        thread.Join();

        Assert.Equal(before + 1, there);
        Assert.Equal(before, TorchThreads.Count);
    }

    [Fact]
    public void Use_OnAThread_LeavesTheNumberThatNewThreadsStartWith()
    {
        int before = OnNewThread(() => TorchThreads.Count);

        using (TorchThreads.Use(before + 1))
            Assert.Equal(before, OnNewThread(() => TorchThreads.Count));

        Assert.Equal(before, OnNewThread(() => TorchThreads.Count));
    }

    [Fact]
    public void Use_OnManyThreadsAtOnce_GivesEachItsNumberAndLeavesTheProcessWideOne()
    {
        int before = OnNewThread(() => TorchThreads.Count);

        Parallel.For(1, 65, count =>
        {
            using (TorchThreads.Use(count))
                Assert.Equal(count, TorchThreads.Count);
        });

        Assert.Equal(before, OnNewThread(() => TorchThreads.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    [InlineData(int.MaxValue)]
    public void Count_OutOfRange_IsRefused(int count)
    {
        int before = TorchThreads.Count;

        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => TorchThreads.Count = count);

        Assert.Equal(count, refusal.ActualValue);
        Assert.Contains("1 to 1024", refusal.Message);
        Assert.Equal(before, TorchThreads.Count);
    }

    private static int OnNewThread(Func<int> read)
    {
        int found = 0;
        var thread = new Thread(() => found = read());
        thread.Start();
        thread.Join();
        return found;
    }
}
