using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FeatureStoreOptionsTests
{
    [Fact]
    public void Options_AsTheyCome_AreAGibibyteInTheUsersCache()
    {
        var options = new FeatureStoreOptions();

        Assert.Null(options.Directory);
        Assert.Equal(1_073_741_824, options.MaximumBytes);
    }

    [Fact]
    public void MaximumBytes_BelowAMebibyte_IsRefused()
    {
        Assert.Equal(1_048_576, new FeatureStoreOptions { MaximumBytes = 1_048_576 }.MaximumBytes);
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureStoreOptions { MaximumBytes = 1_048_575 });
        Assert.Contains("at least 1048576", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Directory_Blank_IsRefused(string directory)
    {
        var failure = Assert.Throws<ArgumentException>(() => new FeatureStoreOptions { Directory = directory });
        Assert.Contains("leave it null", failure.Message);
    }
}
