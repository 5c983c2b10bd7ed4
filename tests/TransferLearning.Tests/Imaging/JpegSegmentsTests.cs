using SkiaSharp;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class JpegSegmentsTests
{
    [Fact]
    public void AreOneSequentialScan_OfABaselineFile_IsTrue()
    {
        Assert.True(JpegSegments.AreOneSequentialScan(TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg)));
        Assert.True(JpegSegments.AreOneSequentialScan(EncodedImages.GrayJpeg));
        Assert.True(JpegSegments.AreOneSequentialScan(EncodedImages.CmykJpeg));
    }

    [Fact]
    public void AreOneSequentialScan_OfAProgressiveFile_IsFalse() =>
        Assert.False(JpegSegments.AreOneSequentialScan(EncodedImages.ProgressiveJpeg));

    [Fact]
    public void AreOneSequentialScan_WhereTheFirstScanLacksAComponent_IsFalse()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg);
        int scan = encoded.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);

        encoded[scan + 4] = 1;

        Assert.False(JpegSegments.AreOneSequentialScan(encoded));
    }

    [Fact]
    public void AreOneSequentialScan_OfAFileCutAnywhereBeforeItsData_IsFalse()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg);
        int scan = encoded.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);

        for (int length = 0; length < scan; length++)
            Assert.False(JpegSegments.AreOneSequentialScan(encoded.AsSpan(0, length)));
    }
}
