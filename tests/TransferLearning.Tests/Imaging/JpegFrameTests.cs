using SkiaSharp;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class JpegFrameTests
{
    [Fact]
    public void IsOneSequentialScan_OfABaselineFile_IsTrue()
    {
        Assert.True(JpegFrame.IsOneSequentialScan(TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg)));
        Assert.True(JpegFrame.IsOneSequentialScan(EncodedImages.GrayJpeg));
        Assert.True(JpegFrame.IsOneSequentialScan(EncodedImages.CmykJpeg));
    }

    [Fact]
    public void IsOneSequentialScan_OfAProgressiveFile_IsFalse() =>
        Assert.False(JpegFrame.IsOneSequentialScan(EncodedImages.ProgressiveJpeg));

    [Fact]
    public void IsOneSequentialScan_WhereTheFirstScanLacksAComponent_IsFalse()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg);
        int scan = encoded.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);

        encoded[scan + 4] = 1;

        Assert.False(JpegFrame.IsOneSequentialScan(encoded));
    }

    [Fact]
    public void IsOneSequentialScan_OfAFileCutAnywhereBeforeItsData_IsFalse()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(24, 17), SKEncodedImageFormat.Jpeg);
        int scan = encoded.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);

        for (int length = 0; length < scan; length++)
            Assert.False(JpegFrame.IsOneSequentialScan(encoded.AsSpan(0, length)));
    }
}
