using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class EncodedRecordTests
{
    [Fact]
    public void Checksum_OfTheUsualCheckText_IsItsCrc32C() => Assert.Equal(0xE3069283u, EncodedRecord.Checksum("123456789"u8));

    // RFC 3720, appendix B.4.
    [Fact]
    public void Checksum_OfThirtyTwoZeros_IsWhatTheStandardGives() => Assert.Equal(0x8A9136AAu, EncodedRecord.Checksum(new byte[32]));
}
