using System.Security.Cryptography;
using TransferLearning.FeatureCache;

namespace TransferLearning.Tests.FeatureCache;

public sealed class ImageHashTests
{
    // FIPS 180-2, appendix B.1.
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Of_ThePublishedExample_IsItsSha256() => Assert.Equal(OfAbc, ImageHash.Of("abc"u8).ToString());

    [Fact]
    public void CopyTo_ThenRead_GivesAnEqualHash()
    {
        byte[] bytes = new byte[ImageHash.Bytes];
        ImageHash.Of("abc"u8).CopyTo(bytes);

        Assert.Equal(Convert.FromHexString(OfAbc), bytes);
        Assert.Equal(ImageHash.Of("abc"u8), ImageHash.Read(bytes));
    }

    [Fact]
    public void Equality_OfHashesThatDifferInOneBit_IsFalse()
    {
        byte[] hash = SHA256.HashData("abc"u8);
        ImageHash original = ImageHash.Read(hash);
        for (int bit = 0; bit < 256; bit++)
        {
            byte[] other = [.. hash];
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(original, ImageHash.Read(other));
        }
    }
}
