using SkiaSharp;
using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

/// <summary>A photograph's bytes and pixels are large objects, which only the most expensive garbage collection frees.</summary>
[Collection(Alone.Name)]
public sealed class LoaderGarbageTests : IDisposable
{
    private const int ImageCount = 12;
    private readonly TemporaryFolder _folder = new();

    public LoaderGarbageTests()
    {
        byte[] encoded = TestImages.Encode(TestImages.Noise(500, 375), SKEncodedImageFormat.Jpeg);
        Directory.CreateDirectory(_folder.File("noise"));
        for (int index = 0; index < ImageCount; index++)
            File.WriteAllBytes(Path.Combine(_folder.File("noise"), $"{index}.jpg"), encoded);
    }

    public static TheoryData<string, IImageDecoder> Pipelines { get; } = new()
    {
        { "training", new SkiaImageDecoder() },
        { "evaluation", new SkiaImageDecoder() },
        { "all operations", new SkiaImageDecoder() },
        { "training", new DecoderOfOnesOwn() },
        { "evaluation", new DecoderOfOnesOwn() },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Epoch_AfterTheFirst_AllocatesNoMemoryOfAnImagesSize(string name, IImageDecoder decoder)
    {
        TransformPipeline pipeline = name switch
        {
            "training" => TransformPipeline.ForTraining(new Preprocessing()),
            "evaluation" => TransformPipeline.ForEvaluation(new Preprocessing()),
            _ => TransformPipeline.Empty.Resize(256).RandomRotation(20).RandomResizedCrop(224).ColorJitter(0.1, 0.1, 0.1).RandomHorizontalFlip(1),
        };
        ImageFolder source = ImageFolder.Open(_folder.FullPath);
        var loader = new BatchLoader(source, pipeline, ChannelStatistics.ImageNet, new ImageReader(decoder), new() { BatchSize = 4, Workers = 0 });
        Consume(loader, epoch: 1);

        // Where memory is short, a collection empties the pool in between.
        long perImage = Enumerable.Range(2, 4).Min(epoch => Consume(loader, epoch)) / ImageCount;

        Assert.True(perImage < 40_000, $"{perImage} bytes an image");
    }

    private static long Consume(BatchLoader loader, int epoch)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (Batch batch in loader.GetBatches(epoch))
            batch.Dispose();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Knows what the interface says and nothing of parts.</summary>
    private sealed class DecoderOfOnesOwn : IImageDecoder
    {
        private readonly SkiaImageDecoder _inner = new();

        public string Identifier => "own";

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header) => _inner.TryReadHeader(encoded, out header);

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination) => _inner.Decode(encoded, destination);
    }
}
