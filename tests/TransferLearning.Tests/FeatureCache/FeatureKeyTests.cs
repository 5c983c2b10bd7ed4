using System.Text;
using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FeatureKeyTests
{
    [Fact]
    public void Text_NamesEveryPartWithItsLengthInBytes()
    {
        FeatureKey key = StoreFolder.Key(features: 512) with { Network = "réseau" };

        Assert.Equal(
            "transferlearning features 1\nnetwork 7 réseau\nweights 8 f37072fd\npreprocessing 20 resize 256, crop 224\n" +
            "reader 10 skia 3.119\nprecision 7 float32\nboundary 7 avgpool\nfeatures 3 512\n",
            key.Text);
    }

    // sha256sum of the text above, with resnet18 and its length for the network.
    [Fact]
    public void Hash_IsTheSameOnEveryMachineAndInEveryVersion() =>
        Assert.Equal("de4e7c06a4f98e15a5aa7f7ef23099d9a638b9dc89cb391189ee1fc144315fd3", StoreFolder.Key(features: 512).Hash());

    [Fact]
    public void Hash_DiffersWithEachPart()
    {
        FeatureKey key = StoreFolder.Key();
        FeatureKey[] keys =
        [
            key, key with { Network = "x" }, key with { WeightsHash = "x" }, key with { PreprocessingFingerprint = "x" }, key with { Reader = "x" },
            key with { NumberFormat = "x" }, key with { Boundary = "x" }, key with { FeaturesPerImage = 5 },
        ];

        Assert.Equal(keys.Length, keys.Select(each => each.Hash()).Distinct().Count());
    }

    [Fact]
    public void Hash_OfPartsThatRunTogetherAlike_Differs()
    {
        FeatureKey key = StoreFolder.Key();

        Assert.NotEqual((key with { Network = "ab", WeightsHash = "c" }).Hash(), (key with { Network = "a", WeightsHash = "bc" }).Hash());
        Assert.NotEqual((key with { Network = "a\nweights 1 b", WeightsHash = "c" }).Hash(), (key with { Network = "a", WeightsHash = "b\nweights 1 c" }).Hash());
        Assert.NotEqual((key with { Network = "", WeightsHash = "a" }).Hash(), (key with { Network = "a", WeightsHash = "" }).Hash());
    }

    [Fact]
    public void Hash_OfTextThatIsNoUnicode_IsRefused() =>
        Assert.ThrowsAny<EncoderFallbackException>(() => (StoreFolder.Key() with { Network = "\uD800" }).Hash());

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(FeatureKey.MostFeatures + 1)]
    public void FeaturesPerImage_OutOfRange_IsRefused(int features) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StoreFolder.Key(features));
}
