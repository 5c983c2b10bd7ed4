using System.Collections.Concurrent;
using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

/// <summary>Which images are given back while one passes through a pipeline, and which are not.</summary>
public sealed class ImageOwnershipTests
{
    [Fact]
    public void Apply_Intermediates_AreGivenBackAndTheInputIsNot()
    {
        var seen = new List<PixelBuffer>();
        PixelBuffer input = PixelBuffer.Rent(30, 20);
        TransformPipeline pipeline = TransformPipeline.Empty.Resize(10).Then(Watch).CenterCrop(8).Then(Watch).RandomHorizontalFlip(1);

        PixelBuffer result = pipeline.Apply(input, 0, 0, 0);

        Assert.All(seen, IsGivenBack);
        Assert.Equal(30 * 20 * 3, input.Pixels.Length);
        Assert.Equal(8 * 8 * 3, result.Pixels.Length);

        PixelBuffer Watch(PixelBuffer image, RandomStream random)
        {
            seen.Add(image);
            return image;
        }
    }

    [Fact]
    public void Apply_OperationOfOnesOwnThatReleasesItsResults_HasThemGivenBack()
    {
        var invert = new Invert();

        TransformPipeline.Empty.Then(invert).CenterCrop(8).Apply(TestImages.Noise(30, 20), 0, 0, 0);

        IsGivenBack(invert.Last!);
    }

    [Fact]
    public void Apply_OperationsThatReturnTheirInput_LeaveItUsable()
    {
        PixelBuffer input = PixelBuffer.Rent(8, 8);
        TransformPipeline pipeline = TransformPipeline.Empty.Resize(8).CenterCrop(8).RandomHorizontalFlip(0).ColorJitter().Then((image, _) => image);

        Assert.Same(input, pipeline.Apply(input, 0, 0, 0));
        Assert.Equal(8 * 8 * 3, input.Pixels.Length);
    }

    [Fact]
    public void Apply_OperationThatRemembersWhatItGave_MayGiveItAgain()
    {
        var remembered = new ConcurrentDictionary<int, PixelBuffer>();
        var resize = new Resize(6);
        TransformPipeline pipeline = TransformPipeline.Empty
            .Then((image, random) => remembered.GetOrAdd(0, _ => resize.Apply(image, random)))
            .CenterCrop(4);
        PixelBuffer input = TestImages.Noise(30, 20);

        byte[] first = pipeline.Apply(input, 0, 0, 0).Pixels.ToArray();
        byte[] second = pipeline.Apply(input, 0, 1, 0).Pixels.ToArray();

        Assert.Equal(first, second);
    }

    [Fact]
    public void Apply_OperationThatKeepsItsInput_IsToldSoWhenItReadsIt()
    {
        PixelBuffer? kept = null;
        TransformPipeline pipeline = TransformPipeline.Empty.Resize(10)
            .Then((image, _) => new PixelBuffer(Math.Max((kept ??= image).Pixels.Length / 60, 1), 5));

        pipeline.Apply(TestImages.Noise(30, 20), 0, 0, 0);
        var error = Assert.Throws<TransformException>(() => pipeline.Apply(TestImages.Noise(30, 20), 0, 0, 1));

        Assert.IsType<ObjectDisposedException>(error.InnerException);
        Assert.Contains("must not keep its input", error.Message);
    }

    [Fact]
    public void Read_Decoded_IsGivenBackOnceAnotherImageIsMadeOfIt()
    {
        PixelBuffer? decoded = null;
        TransformPipeline pipeline = TransformPipeline.Empty.Then((image, _) => decoded = image).Resize(10);
        var images = new PipelineReader(new ImageReader(new SkiaImageDecoder()), pipeline);

        PixelBuffer result = images.Read(DrawnImage.Jpeg(), "image", default);

        IsGivenBack(decoded!);
        Assert.Equal(10, result.Height);
    }

    [Fact]
    public void Read_DecoderThatRemembersItsImages_MayGiveThemAgain()
    {
        var images = new PipelineReader(new ImageReader(new RememberingDecoder()), TransformPipeline.Empty.Resize(10));

        byte[] first = images.Read(DrawnImage.Jpeg(), "image", default).Pixels.ToArray();
        byte[] second = images.Read(DrawnImage.Jpeg(), "image", default).Pixels.ToArray();

        Assert.Equal(first, second);
    }

    [Fact]
    public void Read_DecoderThatKeepsItsDestination_IsToldSoWhenItReadsIt()
    {
        var decoder = new WatchedDecoder();
        var images = new PipelineReader(new ImageReader(decoder), TransformPipeline.Empty.Resize(10));

        images.Read(DrawnImage.Jpeg(), "image", default);

        IsGivenBack(decoder.Last!);
    }

    private static void IsGivenBack(PixelBuffer image) => Assert.Throws<ObjectDisposedException>(() => { _ = image.Pixels; });

    private sealed class Invert : ITransform
    {
        public PixelBuffer? Last { get; private set; }

        public bool ReleasesResult => true;

        public PixelBuffer Apply(PixelBuffer image, RandomStream random)
        {
            Last = PixelBuffer.Rent(image.Width, image.Height);
            for (int i = 0; i < image.Pixels.Length; i++)
                Last.Pixels[i] = (byte)(255 - image.Pixels[i]);
            return Last;
        }
    }

    private sealed class RememberingDecoder : IImageDecoder
    {
        private readonly SkiaImageDecoder _inner = new();
        private byte[]? _pixels;

        public string Identifier => "remembering";

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header) => _inner.TryReadHeader(encoded, out header);

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination)
        {
            DecodeStatus status = DecodeStatus.Success;
            if (_pixels is null)
                status = _inner.Decode(encoded, destination);
            else
                _pixels.CopyTo(destination.Pixels);
            _pixels ??= destination.Pixels.ToArray();
            return status;
        }
    }
}
