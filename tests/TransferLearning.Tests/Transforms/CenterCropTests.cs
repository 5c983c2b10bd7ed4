using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class CenterCropTests
{
    // Python's round: 0.5 to 0, 1.5 to 2, 2.5 to 2.
    [Theory]
    [InlineData(5, 4, 0)]
    [InlineData(7, 4, 2)]
    [InlineData(9, 4, 2)]
    [InlineData(8, 4, 2)]
    public void Apply_LargerImage_StartsAtHalfOfTheRestRoundedToEven(int side, int crop, int offset)
    {
        PixelBuffer result = new CenterCrop(crop).Apply(TestImages.Coordinates(side, side), new RandomStream(0));

        Assert.Equal((crop, crop), (result.Width, result.Height));
        Assert.Equal(((byte)offset, (byte)offset, (byte)7), TestImages.Get(result, 0, 0));
        Assert.Equal(((byte)(offset + crop - 1), (byte)(offset + crop - 1), (byte)7), TestImages.Get(result, crop - 1, crop - 1));
    }

    [Fact]
    public void Apply_SmallerImage_IsSetOnBlackWithTheOddPixelRightAndBelow()
    {
        PixelBuffer result = new CenterCrop(5, 4).Apply(TestImages.Letters("AB"), new RandomStream(0));

        Assert.Equal([".....", ".AB..", ".....", "....."], TestImages.ToLetters(result));
    }

    [Fact]
    public void Apply_NarrowAndTallImage_IsPaddedAndCut()
    {
        PixelBuffer result = new CenterCrop(3, 2).Apply(TestImages.Letters("A", "B", "C", "D"), new RandomStream(0));

        Assert.Equal([".B.", ".C."], TestImages.ToLetters(result));
    }

    [Fact]
    public void Apply_SizeAlreadyRight_GivesTheInput()
    {
        PixelBuffer image = TestImages.Noise(6, 4);

        Assert.Same(image, new CenterCrop(6, 4).Apply(image, new RandomStream(0)));
    }

    [Fact]
    public void Constructor_SideBelowOne_IsRefused()
    {
        Assert.Equal("size", Assert.Throws<ArgumentOutOfRangeException>(() => new CenterCrop(0)).ParamName);
        Assert.Equal("height", Assert.Throws<ArgumentOutOfRangeException>(() => new CenterCrop(3, -1)).ParamName);
    }
}
