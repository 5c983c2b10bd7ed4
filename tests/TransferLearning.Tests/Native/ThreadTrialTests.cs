using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

public sealed class ThreadTrialTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 4)]
    public void Fastest_WhereOneNumberIsQuickest_NamesIt(int quickest, int other)
    {
        var clock = new SteppedClock();
        void Work() => clock.Pass(TorchThreads.Count == quickest ? 10 : TorchThreads.Count == other ? 40 : 30);

        Assert.Equal(quickest, ThreadTrial.Fastest(most: 4, Work, clock));
    }

    [Fact]
    public void Fastest_OfOneThread_TriesNothing() =>
        Assert.Equal(1, ThreadTrial.Fastest(most: 1, () => throw new InvalidOperationException("was tried")));

    [Fact]
    public void Fastest_AfterwardsOrAfterAFailure_LeavesTheNumberAsItWas()
    {
        int before = TorchThreads.Count;

        ThreadTrial.Fastest(most: 3, () => { });
        Assert.Throws<InvalidOperationException>(() => ThreadTrial.Fastest(most: 3, () => throw new InvalidOperationException()));

        Assert.Equal(before, TorchThreads.Count);
    }

    [Fact]
    public void Fastest_WithOneSlowMoment_IsNotMisled()
    {
        var clock = new SteppedClock();
        bool disturbed = false;
        void Work()
        {
            clock.Pass(TorchThreads.Count == 4 && !disturbed ? 500 : TorchThreads.Count == 4 ? 10 : 20);
            disturbed |= TorchThreads.Count == 4;
        }

        Assert.Equal(4, ThreadTrial.Fastest(most: 4, Work, clock));
    }

    [Fact]
    public void Fastest_WhereAllThreadsWereSlowAtFirst_WaitsForTheirBest()
    {
        var clock = new SteppedClock();
        int runs = 0;
        void Work()
        {
            bool all = TorchThreads.Count == 4;
            clock.Pass(all && ++runs <= 6 ? 300 : all ? 10 : 20);
        }

        Assert.Equal(4, ThreadTrial.Fastest(most: 4, Work, clock));
    }

    /// <summary>A clock that goes on only when it is told to.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private long _milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _milliseconds;

        public void Pass(int milliseconds) => _milliseconds += milliseconds;
    }
}
