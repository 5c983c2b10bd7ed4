using SkiaSharp;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch.nn;

namespace TransferLearning.Tests.Packages;

/// <summary>
/// What an application does with the packages: trains on drawn images, saves, loads, predicts, by either decoder. Uses
/// the public API alone, because <see cref="PackageRun"/> compiles this file in a project that knows the packages alone.
/// </summary>
public static class PackageConsumer
{
    public static string Run(string folder)
    {
        using TrainingResult result = Trainer.FineTune(Network()).On(new DatasetSplit(Images(16), Images(8)))
            .For(epochs: 8, batchSize: 8)
            .Augment(images => images.RandomResizedCrop(16))
            .DecodeWith(new ImageReader(new ImageSharpDecoder()))
            .RunOn(torchThreads: 1)
            .Build().Fit();
        string file = Path.Combine(folder, "drawn.tlmodel");
        result.Model.Save(file);

        using Predictor predictor = Predictor.Load(file, new PredictorOptions { Backbone = Network() });
        return predictor.Predict(Image(bright: true, 1000)).Label;
    }

    private static PretrainedBackbone Network() => Pretrained.From(
        () => Sequential(
            ("stem", Conv2d(3, 8, 3, stride: 2, padding: 1)),
            ("relu", ReLU()),
            ("pool", AdaptiveAvgPool2d(1)),
            ("flatten", Flatten()),
            ("head", Linear(8, 2))),
        new BackboneInfo
        {
            Name = "drawn",
            Stages = [new Stage("stem", "stem"), new Stage("head", "head")],
            Head = "head",
            FeatureSize = 8,
            Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16 },
        }).WithRandomWeights();

    private static InMemoryDataset Images(int count) => new(
        [.. Enumerable.Range(0, count).Select(index => new LabeledImage(Image(bright: index % 2 == 0, index), index % 2 == 0 ? "bright" : "dark"))],
        ["bright", "dark"]);

    private static byte[] Image(bool bright, int seed)
    {
        var random = new Random(seed);
        using var image = new SKBitmap(24, 24);
        for (int i = 0; i < 24 * 24; i++)
        {
            byte gray = (byte)(random.Next(60) + (bright ? 190 : 0));
            image.SetPixel(i % 24, i / 24, new SKColor(gray, gray, gray));
        }
        using SKData data = image.Encode(SKEncodedImageFormat.Jpeg, quality: 95);
        return data.ToArray();
    }
}
