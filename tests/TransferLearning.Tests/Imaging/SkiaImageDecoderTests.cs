using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class SkiaImageDecoderTests() : ImageDecoderContract(new SkiaImageDecoder())
{
    [Fact]
    public void Decode_AnimatedGif_GivesTheFirstFrame() =>
        Assert.Equal([255, 0, 0, 0, 0, 255], Pixels(EncodedImages.AnimatedGif));

    [Fact]
    public void Decode_Bmp_GivesItsPixels() => Assert.Equal(EncodedImages.BmpPixels, Pixels(EncodedImages.Bmp));
}
