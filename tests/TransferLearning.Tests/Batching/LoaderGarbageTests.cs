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

    public static TheoryData<string> Pipelines => ["training", "evaluation", "all operations"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Epoch_AfterTheFirst_AllocatesNoMemoryOfAnImagesSize(string name)
    {
        TransformPipeline pipeline = name switch
        {
            "training" => TransformPipeline.ForTraining(new Preprocessing()),
            "evaluation" => TransformPipeline.ForEvaluation(new Preprocessing()),
            _ => TransformPipeline.Empty.Resize(256).RandomRotation(20).RandomResizedCrop(224).ColorJitter(0.1, 0.1, 0.1).RandomHorizontalFlip(1),
        };
        ImageFolder source = ImageFolder.Open(_folder.FullPath);
        var loader = new BatchLoader(source, pipeline, ChannelStatistics.ImageNet, new ImageReader(new SkiaImageDecoder()), new() { BatchSize = 4, Workers = 0 });
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
}
