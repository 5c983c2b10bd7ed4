using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

public sealed class BatchLoaderFailureTests
{
    private static readonly byte[] _halfAnImage = DrawnImage.Png()[..(DrawnImage.Png().Length / 2)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Epoch_OfAnUnreadableImage_ThrowsWithItsNameWhenItsBatchIsDue(int workers)
    {
        var scene = new LoaderScene(12, options: new() { BatchSize = 4, Workers = workers }, replaced: Replace(5));
        int batches = 0;

        var error = Assert.Throws<ImageFormatException>(() => Consume(scene.Loader, _ => batches++));

        Assert.Equal(1, batches);
        Assert.Equal("image 5", error.ImageName);
        Assert.Equal("image 5", error.Data[BatchLoader.SampleNameKey]);
        scene.AssertAtRest();
    }

    [Fact]
    public void Epoch_WhereATransformFails_ThrowsThatExceptionWithTheSamplesName()
    {
        TransformPipeline pipeline = TransformPipeline.Empty.CenterCrop(8).Then((_, _) => throw new NotSupportedException("no such colour"));
        var scene = new LoaderScene(4, pipeline, new() { BatchSize = 4, Workers = 2 });

        var error = Assert.Throws<TransformException>(() => Consume(scene.Loader));

        Assert.IsType<NotSupportedException>(error.InnerException);
        Assert.Equal("image 0", error.Data[BatchLoader.SampleNameKey]);
        scene.AssertAtRest();
    }

    [Fact]
    public void Epoch_WhereTheSourceFails_ThrowsAnErrorThatNamesTheSampleAroundIt()
    {
        var failure = new TaskCanceledException("the share does not answer");
        var scene = new LoaderScene(12, onLoad: index => { if (index == 6) throw failure; });

        var error = Assert.Throws<SampleLoadException>(() => Consume(scene.Loader));

        Assert.Same(failure, error.InnerException);
        Assert.Equal(("image 6", "'image 6' cannot be loaded: the share does not answer"), (error.SampleName, error.Message));
        Assert.Equal("image 6", error.Data[BatchLoader.SampleNameKey]);
        scene.AssertAtRest();
    }

    [Fact]
    public void Epoch_OfImagesOfDifferentSizes_NamesBothAndTheRemedy()
    {
        var replaced = new Dictionary<int, byte[]> { [2] = DrawnImage.Png(width: 33, height: 21) };
        var scene = new LoaderScene(4, TransformPipeline.Empty, replaced: replaced);

        var error = Assert.Throws<InvalidOperationException>(() => Consume(scene.Loader));

        Assert.Contains("'image 2' is 33x21 after the transforms, but 'image 0' in the same batch is 40x30", error.Message);
        Assert.Contains("CenterCrop", error.Message);
        scene.AssertAtRest();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Epoch_ThatSkips_LeavesUnreadableSamplesOutAndReportsEachOnce(int workers)
    {
        var scene = new LoaderScene(11, options: Skipping(workers), replaced: Replace(1, 4, 5, 6, 7, 9));

        List<BatchContent> first = scene.Contents(1);
        List<BatchContent> second = scene.Contents(2);

        Assert.Equal([[0, 2, 3], [8, 10]], first.Select(batch => batch.Indices));
        Assert.Equal([[0, 2, 3], [8, 10]], second.Select(batch => batch.Indices));
        Assert.Equal(["image 1", "image 4", "image 5", "image 6", "image 7", "image 9"], scene.Loader.Skipped.Select(skipped => skipped.Name));
        Assert.All(scene.Loader.Skipped, skipped => Assert.Contains("png", skipped.Reason));
        scene.AssertAtRest();
    }

    [Fact]
    public void Epoch_ThatSkips_LeavesOutFilesThatCannotBeOpened()
    {
        var scene = new LoaderScene(4, options: Skipping(workers: 2), onLoad: index => { if (index == 3) throw new FileNotFoundException("gone"); });

        Assert.Equal([0, 1, 2], scene.Order(1));
        Assert.Equal(new SkippedSample("image 3", "gone"), Assert.Single(scene.Loader.Skipped));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Epoch_ThatSkips_LeavesOutSamplesThatATransformOrTheSourceFailsOn(int workers)
    {
        TransformPipeline pipeline = TransformPipeline.Empty.CenterCrop(8)
            .Then((image, _) => image.Pixels[0] == Cropped(2).Pixels[0] ? throw new DivideByZeroException("no such color") : image);
        var scene = new LoaderScene(4, pipeline, Skipping(workers), onLoad: index => { if (index == 1) throw new InvalidOperationException("not in the archive"); });

        Assert.Equal([0, 3], scene.Order(1));
        Assert.Equal(["image 1", "image 2"], scene.Loader.Skipped.Select(skipped => skipped.Name).Order(StringComparer.Ordinal));
        Assert.Contains(scene.Loader.Skipped, skipped => skipped.Reason == "not in the archive");
        Assert.Contains(scene.Loader.Skipped, skipped => skipped.Reason.Contains("Lambda, failed on 'image 2'") && skipped.Reason.EndsWith("no such color"));
        scene.AssertAtRest();

        static PixelBuffer Cropped(int index) =>
            TransformPipeline.Empty.CenterCrop(8).Apply(new ImageReader(new SkiaImageDecoder()).Read(DrawnImage.Jpeg(variant: index), "image"), 0, 1, 0);
    }

    [Fact]
    public void Epoch_ThatSkips_LeavesOutImagesThatATransformMakesTooLarge()
    {
        var replaced = new Dictionary<int, byte[]> { [2] = DrawnImage.Png(1, 65535) };
        var scene = new LoaderScene(4, TransformPipeline.Empty.Resize(256, Interpolation.Bilinear).Then(Cropped), Skipping(workers: 2), replaced: replaced);

        Assert.Equal([0, 1, 3], scene.Order(1));
        SkippedSample skipped = Assert.Single(scene.Loader.Skipped);
        Assert.Equal("image 2", skipped.Name);
        Assert.Contains("1x65535", skipped.Reason);

        static PixelBuffer Cropped(PixelBuffer image, RandomStream random) => new CenterCrop(32).Apply(image, random);
    }

    [Fact]
    public void Epoch_ThatSkips_StillEndsWhereItIsCancelled()
    {
        TransformPipeline pipeline = TransformPipeline.Empty.Then((_, _) => throw new OperationCanceledException());

        Assert.Throws<OperationCanceledException>(() => Consume(new LoaderScene(4, pipeline, Skipping(workers: 1)).Loader));
    }

    [Fact]
    public void Epoch_ThatSkipsEverySample_Throws()
    {
        var scene = new LoaderScene(3, options: Skipping(workers: 1), replaced: Replace(0, 1, 2));

        var error = Assert.Throws<InvalidDataException>(() => Consume(scene.Loader));

        Assert.Contains("None of the 3 samples is readable; the first: 'image 0'", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Epoch_LeftByBreak_StopsItsThreadsAndGivesEverythingBack(int workers)
    {
        var scene = new LoaderScene(40, options: new() { BatchSize = 4, Workers = workers, PrefetchBatches = 3 });
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        foreach (Batch batch in scene.Loader.GetBatches(1))
        {
            batch.Dispose();
            break;
        }

        scene.AssertAtRest();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.InRange(scene.Source.Threads.Count, 4, 16);
    }

    [Fact]
    public void Epoch_LeftByAnException_StopsItsThreadsAndLetsItPass()
    {
        var scene = new LoaderScene(40, options: new() { BatchSize = 4, Workers = 2 });

        Assert.Throws<ArithmeticException>(() => Consume(scene.Loader, _ => throw new ArithmeticException("the loss is NaN")));

        scene.AssertAtRest();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Epoch_CancelledWhileItLoads_EndsWithCancellation(int workers)
    {
        using var cancellation = new CancellationTokenSource();
        var scene = new LoaderScene(60, options: new() { BatchSize = 4, Workers = workers }, onLoad: index => { if (index == 6) cancellation.Cancel(); });

        var error = Assert.Throws<OperationCanceledException>(() => Consume(scene.Loader, cancellationToken: cancellation.Token));

        Assert.Equal(cancellation.Token, error.CancellationToken);
        scene.AssertAtRest();
        Assert.True(scene.Source.Threads.Count < 60);
    }

    [Fact]
    public void Epoch_CancelledBeforehand_LoadsNothingForTheConsumer()
    {
        var scene = new LoaderScene(4, options: new() { Workers = 0 });

        Assert.Throws<OperationCanceledException>(() => Consume(scene.Loader, cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(scene.Source.Threads);
    }

    private static BatchLoaderOptions Skipping(int workers) => new() { BatchSize = 4, Workers = workers, Unreadable = UnreadablePolicy.SkipAndReport };

    private static Dictionary<int, byte[]> Replace(params int[] indices) => indices.ToDictionary(index => index, _ => _halfAnImage);

    private static void Consume(BatchLoader loader, Action<Batch>? use = null, CancellationToken cancellationToken = default)
    {
        foreach (Batch batch in loader.GetBatches(1, cancellationToken))
        {
            using (batch)
                use?.Invoke(batch);
        }
    }
}
