using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class ResamplerTests
{
    /// <summary>Hashes of what Pillow 9.4 makes of the same noise.</summary>
    [Theory]
    [InlineData(Interpolation.Bilinear, 23, 31, "5f063f7a3b494d9c")]
    [InlineData(Interpolation.Bilinear, 90, 70, "e98b70116834d918")]
    [InlineData(Interpolation.Bilinear, 61, 20, "8e0697cc77a498d6")]
    [InlineData(Interpolation.Bilinear, 5, 47, "2df097979a4835f8")]
    [InlineData(Interpolation.Bilinear, 61, 47, "112492d3122fc9f9")]
    [InlineData(Interpolation.Bilinear, 1, 1, "79a3837141c281bf")]
    [InlineData(Interpolation.Bicubic, 23, 31, "bf4978f03e437fde")]
    [InlineData(Interpolation.Bicubic, 90, 70, "b0049687e2646946")]
    [InlineData(Interpolation.Bicubic, 61, 20, "20e1d8b91e55117c")]
    [InlineData(Interpolation.Bicubic, 5, 47, "08691cfd7a3537e7")]
    [InlineData(Interpolation.Bicubic, 61, 47, "112492d3122fc9f9")]
    [InlineData(Interpolation.Bicubic, 1, 1, "79a3837141c281bf")]
    public void Resize_Noise_EqualsPillow(Interpolation interpolation, int width, int height, string hash)
    {
        PixelBuffer noise = TestImages.Noise(61, 47);

        Assert.Equal(hash, TestImages.Hash(Resampler.Resize(noise, PixelRectangle.Whole(noise), width, height, interpolation)));
    }

    [Theory]
    [InlineData(Interpolation.Bilinear, "65c233d6f2d0bb76")]
    [InlineData(Interpolation.Bicubic, "65c9d411446514bf")]
    public void Resize_Part_EqualsPillowsCropThenResize(Interpolation interpolation, string hash)
    {
        var area = new PixelRectangle(7, 5, 40, 33);

        Assert.Equal(hash, TestImages.Hash(Resampler.Resize(TestImages.Noise(61, 47), area, 20, 24, interpolation)));
    }

    [Fact]
    public void Resize_VectorsAndScalars_GiveEqualBytes()
    {
        PixelBuffer noise = TestImages.Noise(83, 59);
        foreach (Interpolation interpolation in Enum.GetValues<Interpolation>())
        {
            foreach ((int width, int height) in new[] { (1, 1), (2, 3), (10, 59), (11, 17), (32, 33), (41, 40), (83, 7), (85, 64), (200, 150) })
            {
                foreach (PixelRectangle area in new[] { PixelRectangle.Whole(noise), new(0, 0, 1, 1), new(82, 58, 1, 1), new(3, 4, 80, 55), new(40, 1, 9, 58) })
                {
                    PixelBuffer vector = Resampler.Resize(noise, area, width, height, interpolation);
                    PixelBuffer scalar = ScalarResampling.Resize(noise, area, width, height, interpolation);
                    Assert.True(vector.Pixels.SequenceEqual(scalar.Pixels), $"{interpolation} of {area} to {width}x{height}");
                }
            }
        }
    }

    [Fact]
    public void Resize_PartOfTheResult_EqualsThePartOfTheWholeResult()
    {
        PixelBuffer noise = TestImages.Noise(83, 59);
        var area = new PixelRectangle(3, 4, 71, 50);
        foreach (Interpolation interpolation in Enum.GetValues<Interpolation>())
        {
            foreach ((int width, int height) in new[] { (1, 1), (10, 59), (71, 50), (33, 7), (200, 150) })
            {
                PixelBuffer whole = Resampler.Resize(noise, area, width, height, interpolation);
                foreach (PixelRectangle part in Parts(width, height))
                {
                    PixelBuffer expected = whole.Cut(part);
                    PixelBuffer computed = Resampler.Resize(noise, area, width, height, interpolation, part);
                    Assert.True(expected.Pixels.SequenceEqual(computed.Pixels), $"{interpolation}, {part} of {width}x{height}");
                }
            }
        }

        static PixelRectangle[] Parts(int width, int height) =>
        [
            new(0, 0, width, height), new(width - 1, height - 1, 1, 1), new(width / 3, 0, width - width / 3, 1), new(width / 4, height / 5, (width + 1) / 2, (height + 2) / 3),
        ];
    }

    [Fact]
    public void Resize_HalvedRow_WeighsNeighboursByTheWidenedTriangle()
    {
        // At scale 2 the triangle spans 4 pixels: weights 1/8, 3/8, 3/8, 1/8, and at the edge 3/7, 3/7, 1/7.
        PixelBuffer row = TestImages.Letters("\u0000\u0054\u00A8\u00FC");

        PixelBuffer half = Resampler.Resize(row, PixelRectangle.Whole(row), 2, 1, Interpolation.Bilinear);

        Assert.Equal(60, TestImages.Get(half, 0, 0).Red);
        Assert.Equal(192, TestImages.Get(half, 1, 0).Red);
    }

    [Fact]
    public void Resize_BicubicAcrossAnEdge_IsCutToBytes()
    {
        PixelBuffer edge = TestImages.Letters("\u0000\u0000\u0000\u00FF\u00FF\u00FF");

        PixelBuffer wide = Resampler.Resize(edge, PixelRectangle.Whole(edge), 24, 1, Interpolation.Bicubic);

        byte[] reds = [.. Enumerable.Range(0, 24).Select(x => TestImages.Get(wide, x, 0).Red)];
        Assert.Equal(reds.Order(), reds);
        Assert.Equal((0, 255), (reds[0], reds[^1]));
    }

    [Theory]
    [InlineData(-1, 0, 2, 2)]
    [InlineData(0, 0, 0, 2)]
    [InlineData(3, 0, 2, 2)]
    [InlineData(0, 3, 2, 2)]
    public void Resize_AreaOutsideTheImage_IsRefused(int left, int top, int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Resampler.Resize(TestImages.Noise(4, 4), new PixelRectangle(left, top, width, height), 2, 2, Interpolation.Bilinear));
}
