using TransferLearning.Imaging;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class NormalizerTests
{
    [Fact]
    public void Write_EveryValue_RoundsEachStepToFloat()
    {
        PixelBuffer image = new(256, 1);
        for (int value = 0; value < 256; value++)
            TestImages.Set(image, value, 0, (byte)value, (byte)value, (byte)value);
        var destination = new float[256 * 3];

        new Normalizer(ChannelStatistics.ImageNet).Write(image, destination);

        for (int value = 0; value < 256; value++)
        {
            Assert.Equal((value / 255f - 0.485f) / 0.229f, destination[value * 3]);
            Assert.Equal((value / 255f - 0.456f) / 0.224f, destination[value * 3 + 1]);
            Assert.Equal((value / 255f - 0.406f) / 0.225f, destination[value * 3 + 2]);
        }
    }

    [Fact]
    public void Write_InceptionStatistics_MapBytesOntoMinusOneToOne()
    {
        PixelBuffer image = TestImages.Uniform(1, 1, 0, 255, 51);
        var destination = new float[3];

        new Normalizer(ChannelStatistics.Inception).Write(image, destination);

        Assert.Equal(-1f, destination[0]);
        Assert.Equal(1f, destination[1]);
        Assert.Equal(-0.6f, destination[2], 1e-6f);
    }

    [Fact]
    public void Write_DestinationOfAnotherLength_TellsBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new Normalizer(ChannelStatistics.ImageNet).Write(TestImages.Noise(2, 2), new float[11]));

        Assert.Contains("fills 12 floats; the destination has 11", error.Message);
    }
}
