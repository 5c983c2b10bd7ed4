using SkiaSharp;
using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.EndToEnd;

public sealed class ContactSheetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_OfATrainer_DrawsTheEpochsImagesInOrderWithTheirNames()
    {
        string path = _folder.File("sheet.png");
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 5)
            .Augment(images => images.Resize(16, 16)).Seed(3).Build();

        IReadOnlyList<string> labels = ContactSheet.Save(trainer, path, images: 12, columns: 4);

        Assert.Equal(12, labels.Count);
        using SKBitmap sheet = SKBitmap.Decode(path);
        Assert.Equal((4 * 102 + 6, 3 * 120 + 6), (sheet.Width, sheet.Height));
        for (int index = 0; index < labels.Count; index++)
        {
            // The toy images are mostly of the color that names their class.
            int[] sums = new int[3];
            for (int at = 0; at < 96 * 96; at++)
            {
                SKColor pixel = sheet.GetPixel(6 + index % 4 * 102 + at % 96, 6 + index / 4 * 120 + at / 96);
                (sums[0], sums[1], sums[2]) = (sums[0] + pixel.Blue, sums[1] + pixel.Green, sums[2] + pixel.Red);
            }
            Assert.Equal(labels[index], ToyImages.Classes[Array.IndexOf(sums, sums.Max())]);
        }
        Assert.Equal(labels, ContactSheet.Save(trainer, path, images: 12));
        Assert.NotEqual(labels, ContactSheet.Save(trainer, path, images: 12, epoch: 2));
    }

    [Fact]
    public void Save_Cancelled_WritesNothing()
    {
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).Build();

        Assert.ThrowsAny<OperationCanceledException>(
            () => ContactSheet.Save(trainer, _folder.File("none.png"), cancellationToken: new CancellationToken(canceled: true)));

        Assert.False(File.Exists(_folder.File("none.png")));
    }

    [Fact]
    public void Save_OfMixedBatches_TellsTheShares()
    {
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1, batchSize: 8).TransformBatches(new MixUp(alpha: 5)).Build();

        IReadOnlyList<string> labels = ContactSheet.Save(trainer, _folder.File("mixed.png"));

        Assert.Equal(24, labels.Count);
        Assert.Contains(labels, label => System.Text.RegularExpressions.Regex.IsMatch(label, @"^\w+ 0\.\d\d, \w+ 0\.\d\d$"));
    }

    [Fact]
    public void Save_OfOtherTargets_TellsThem()
    {
        Trainer bars = Trainer.FineTune(SmallNetwork.Pretrained()).On(DrawnShapes.BarSplit()).Build();
        Trainer grays = Trainer.FineTune(SmallNetwork.Pretrained()).On(DrawnShapes.GraySplit()).Build();

        Assert.Contains("none", ContactSheet.Save(bars, _folder.File("bars.png"), images: 48));
        Assert.Contains("blue, green, red", ContactSheet.Save(bars, _folder.File("bars.png"), images: 48));
        Assert.All(ContactSheet.Save(grays, _folder.File("grays.png")), label => Assert.Matches(@"^\d+, \d+(\.\d+)?$", label));
    }

    [Fact]
    public void Save_OfBatchesWhoseImagesAloneAreTransformed_TellsTheTargetsAsWithout()
    {
        foreach (DatasetSplit data in new[] { ToyImages.Split(), DrawnShapes.BarSplit(), DrawnShapes.GraySplit() })
        {
            Trainer plain = Trainer.FineTune(SmallNetwork.Pretrained()).On(data).Build();
            Trainer darker = Trainer.FineTune(SmallNetwork.Pretrained()).On(data).TransformBatches(new Darker()).Build();

            Assert.Equal(ContactSheet.Save(plain, _folder.File("plain.png")), ContactSheet.Save(darker, _folder.File("darker.png")));
        }
    }

    [Fact]
    public void Save_OfALoader_UndoesTheNormalization()
    {
        var loader = new BatchLoader(
            ToyImages.Source(each: 2, seed: 1), TransformPipeline.Empty, ChannelStatistics.Inception, new ImageReader(new SkiaImageDecoder()));

        ContactSheet.Save(loader, _folder.File("loader.png"), columns: 100);

        using SKBitmap sheet = SKBitmap.Decode(_folder.File("loader.png")), first = SKBitmap.Decode(ToyImages.Source(each: 2, seed: 1).Load(0).Span);
        Assert.Equal(first.GetPixel(5, 7), sheet.GetPixel(6 + 5 * 4 + 1, 6 + 7 * 4 + 2)); // 24 pixels a side are drawn as 96
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1025, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Save_NumbersOutOfRange_AreRefused(int images, int columns, int epoch)
    {
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).Build();

        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Save(trainer, _folder.File("no.png"), images, columns, epoch));
    }

    private sealed class Darker : IBatchTransform
    {
        public Batch Apply(Batch batch, BatchTransformContext context) => batch.With(batch.Images.div(2), batch.Targets.alias());
    }
}
