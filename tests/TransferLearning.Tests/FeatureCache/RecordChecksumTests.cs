using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class RecordChecksumTests
{
    [Fact]
    public void Of_TheUsualCheckText_IsItsCrc32C() => Assert.Equal(0xE3069283u, RecordChecksum.Of("123456789"u8));

    // RFC 3720, appendix B.4.
    [Fact]
    public void Of_ThirtyTwoZeros_IsWhatTheStandardGives() => Assert.Equal(0x8A9136AAu, RecordChecksum.Of(new byte[32]));
}
