using TransferLearning.Batching;

namespace TransferLearning.Tests.Batching;

public sealed class BatchLoaderOptionsTests
{
    [Fact]
    public void Options_OutsideTheirRange_NameTheOptionTheValueAndTheBound()
    {
        Refuses("BatchSize is 0; it must be at least 1.", 0, () => new BatchLoaderOptions { BatchSize = 0 });
        Refuses("Workers is -1; it must be at least 0.", -1, () => new BatchLoaderOptions { Workers = -1 });
        Refuses("PrefetchBatches is 0; it must be at least 1.", 0, () => new BatchLoaderOptions { PrefetchBatches = 0 });
        Refuses("CacheBytes is -1; it must be at least 0.", -1L, () => new BatchLoaderOptions { CacheBytes = -1 });
    }

    [Fact]
    public void Constructor_WithoutSamples_Throws() =>
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(() => new LoaderScene(samples: 0)).Message);

    [Fact]
    public void Constructor_WhereDropLastWouldLeaveNoBatch_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new LoaderScene(3, options: new BatchLoaderOptions { BatchSize = 4, DropLast = true }));

        Assert.Contains("3 samples, which is less than one batch of 4", error.Message);
    }

    [Fact]
    public void Epoch_WithANegativeNumber_ThrowsAtOnce() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoaderScene(4).Loader.GetBatches(0));

    private static void Refuses(string message, object value, Func<BatchLoaderOptions> make)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Contains(message, error.Message);
        Assert.Equal(value, error.ActualValue);
    }
}
