using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Inference;

public sealed class TestTimeAugmentationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingResult _result = Trainer
        .FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 8).Preprocess(Prepared).RunOn(torchThreads: 1).Build().Fit();

    private static Preprocessing Prepared => new() { ResizeTo = 20, CropTo = SmallNetwork.Side };

    private Predictor Model => _result.Model;

    public void Dispose()
    {
        _result.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Predict_OfTheFlip_IsTheMeanOfImageAndMirrorImage()
    {
        PixelBuffer noise = TestImages.Noise(40, 20);
        byte[] image = TestImages.Encode(noise, SkiaSharp.SKEncodedImageFormat.Png);
        byte[] mirrored = TestImages.Encode(new RandomHorizontalFlip(1).Apply(noise, new RandomStream(0)), SkiaSharp.SKEncodedImageFormat.Png);
        double[] expected = [.. Model.Predict(image).Probabilities.Zip(Model.Predict(mirrored).Probabilities, (one, other) => (one + other) / 2)];

        Model.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;

        AssertClose(expected, Model.Predict(image));
        Assert.All(Model.PredictMany([image, image, image], batchSize: 3), prediction => AssertClose(expected, prediction));
    }

    [Fact]
    public void Predict_OfFiveAndTenCrops_IsTheMeanOfEachCrop()
    {
        PixelBuffer noise = TestImages.Noise(40, 20); // which is its own resize to 20
        (int Left, int Top)[] corners = [(0, 0), (24, 0), (0, 4), (24, 4), (12, 2)];
        PixelBuffer[] crops = [.. corners.Select(corner => noise.Cut(new PixelRectangle(corner.Left, corner.Top, 16, 16)))];
        double[][] five = [.. crops.Select(crop => Alone(crop))];
        double[][] ten = [.. five, .. crops.Select(crop => Alone(new RandomHorizontalFlip(1).Apply(crop, new RandomStream(0))))];
        byte[] image = TestImages.Encode(noise, SkiaSharp.SKEncodedImageFormat.Png);

        Model.TestTimeAugmentation = TestTimeAugmentation.FiveCrops;
        AssertClose(Mean(five), Model.Predict(image));
        Model.TestTimeAugmentation = TestTimeAugmentation.TenCrops;
        AssertClose(Mean(ten), Model.Predict(image));

        double[] Alone(PixelBuffer crop)
        {
            Model.TestTimeAugmentation = TestTimeAugmentation.Of(TransformPipeline.Empty);
            return [.. Model.Predict(TestImages.Encode(crop, SkiaSharp.SKEncodedImageFormat.Png)).Probabilities];
        }
    }

    [Fact]
    public void Predict_OfOutputsAveraged_IsTheSoftmaxOfTheirMean()
    {
        byte[] image = ToyImages.Encoded(1, new Random(3));
        TransformPipeline whole = TransformPipeline.Empty.Resize(16, 16), corner = TransformPipeline.Empty.Resize(30).CenterCrop(16);
        double[][] logarithms = [.. new[] { whole, corner }.Select(view =>
        {
            Model.TestTimeAugmentation = TestTimeAugmentation.Of(view);
            return Model.Predict(image).Probabilities.Select(value => Math.Log(value)).ToArray();
        })];
        double[] exponentials = [.. Mean(logarithms).Select(Math.Exp)];

        Model.TestTimeAugmentation = TestTimeAugmentation.Of(whole, corner) with { AverageOutputs = true };

        AssertClose([.. exponentials.Select(value => value / exponentials.Sum())], Model.Predict(image));
    }

    [Fact]
    public void Evaluate_WithViews_MeasuresTheAveragedPredictions()
    {
        var images = ToyImages.Split().Validation;
        Model.TestTimeAugmentation = TestTimeAugmentation.TenCrops;

        var evaluation = Model.Evaluate(images, batchSize: 3);

        double[] losses = [.. Model.PredictMany(images, batchSize: 64).Zip(images.Samples, (prediction, sample) => -Math.Log(prediction.Probabilities[sample.ClassIndex]))];
        Assert.Equal(losses.Average(), evaluation.Metrics[Metric.Loss], 1e-5);
        Assert.Equal(images.Samples.Count, evaluation.Predictions.Count);
    }

    [Theory]
    [InlineData(64, 60)]
    [InlineData(35, 30)]
    [InlineData(4, 10)]
    public void PredictMany_WithViews_ComputesNoMoreAtOnceThanABatchOrOneImagesViews(int batchSize, int largest)
    {
        var seen = new SeenImages();
        using TrainingResult result = Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).RunOn(torchThreads: 1).Observe(() => seen).Build().Fit();
        result.Model.TestTimeAugmentation = TestTimeAugmentation.TenCrops;
        seen.Largest = 0;

        Assert.Equal(12, result.Model.PredictMany(ToyImages.Split().Validation, batchSize).Count());

        Assert.Equal(largest, seen.Largest);
    }

    [Fact]
    public void Save_OfAModelWithViews_ComesBackWithThemUnlessOptionsSayOtherwise()
    {
        string file = _folder.File("views.tlmodel");
        byte[] image = TestImages.Encode(TestImages.Noise(40, 20), SkiaSharp.SKEncodedImageFormat.Png);
        double[] plain = [.. Model.Predict(image).Probabilities];
        Model.TestTimeAugmentation = TestTimeAugmentation.TenCrops with { AverageOutputs = true };
        double[] expected = [.. Model.Predict(image).Probabilities];
        Model.Save(file);

        using Predictor loaded = Predictor.Load(file, Options(null)), single = Predictor.Load(file, Options(TestTimeAugmentation.None));

        Assert.Equal(Model.TestTimeAugmentation, loaded.Metadata.TestTimeAugmentation);
        AssertClose(expected, loaded.Predict(image));
        AssertClose(plain, single.Predict(image));
        Assert.Equal(TestTimeAugmentation.None, single.Metadata.TestTimeAugmentation);
    }

    [Fact]
    public void Save_OfViewsOfOnesOwn_IsRefused()
    {
        Model.TestTimeAugmentation = TestTimeAugmentation.Of(TransformPipeline.Empty.Resize(16, 16));

        var error = Assert.Throws<InvalidOperationException>(() => Model.Save(_folder.File("own.tlmodel")));

        Assert.Contains("cannot be saved", error.Message);
        Assert.False(File.Exists(_folder.File("own.tlmodel")));
    }

    [Fact]
    public void Load_OfUnknownViews_IsRefusedByName()
    {
        string text = ModelSchema.Write(Model.Metadata with { TestTimeAugmentation = TestTimeAugmentation.FiveCrops });

        var error = Assert.Throws<ModelFileException>(() => ModelSchema.Read(text.Replace("five-crops", "billion-crops"), "x.tlmodel"));

        Assert.Contains("'test_time_augmentation.views' is 'billion-crops'; known are none, horizontal-flip, five-crops, ten-crops", error.Message);
        Assert.DoesNotContain("test_time", ModelSchema.Write(Model.Metadata));
    }

    [Fact]
    public void Of_ViewsThatCannotBe_AreRefused()
    {
        TransformPipeline view = TransformPipeline.Empty.Resize(16, 16);

        Assert.Contains("1 to 32 views", Assert.Throws<ArgumentException>(() => TestTimeAugmentation.Of()).Message);
        Assert.Contains("1 to 32 views", Assert.Throws<ArgumentException>(() => TestTimeAugmentation.Of(Enumerable.Repeat(view, 33))).Message);
        Assert.Contains("View 1 has the random operation RandomHorizontalFlip", Assert.Throws<ArgumentException>(
            () => TestTimeAugmentation.Of(view, view.RandomHorizontalFlip())).Message);
        Assert.Contains("View 0 normalizes", Assert.Throws<ArgumentException>(() => TestTimeAugmentation.Of(view.Normalize(ChannelStatistics.ImageNet))).Message);
        Assert.Throws<ArgumentNullException>(() => Model.TestTimeAugmentation = null!);
    }

    [Fact]
    public void Predict_OfAViewThatFails_NamesTheImage()
    {
        Model.TestTimeAugmentation = TestTimeAugmentation.Of(
            TransformPipeline.Empty.Resize(16, 16), TransformPipeline.Empty.Resize(100_000, 100_000));

        var error = Assert.Throws<TransformException>(() => Model.PredictMany([ToyImages.Encoded(1, new Random(3))]).ToList());

        Assert.Contains("100000x100000", error.Message);
    }

    [Fact]
    public void Average_OfReadings_IsOfWhatTheyRead()
    {
        float[][] views = [[2, -1, 100], [-300, 0.5f, 99]];

        Assert.Equal(
            Mean([.. views.Select(view => new SoftmaxReading().Read(view, ["a", "b", "c"]).Probabilities.ToArray())]),
            new SoftmaxReading().Read(new SoftmaxReading().Average(views), ["a", "b", "c"]).Probabilities, Close);
        Assert.Equal(
            Mean([.. views.Select(view => new SigmoidReading(0.5).Read(view, ["a", "b", "c"]).Probabilities.ToArray())]),
            new SigmoidReading(0.5).Read(new SigmoidReading(0.5).Average(views), ["a", "b", "c"]).Probabilities, Close);
        Assert.Equal([-149, -0.25f, 99.5f], new ValueReading().Average(views));
        Assert.All(new SoftmaxReading().Average([[5000, -5000], [4000, -4000]]), logit => Assert.True(float.IsFinite(logit)));
        Assert.All(new SigmoidReading(0.5).Average([[5000, -5000], [4000, -4000]]), logit => Assert.True(float.IsFinite(logit)));
    }

    private static PredictorOptions Options(TestTimeAugmentation? augmentation) =>
        new() { Backbone = SmallNetwork.Pretrained(), TestTimeAugmentation = augmentation };

    private static double[] Mean(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Average(row => row[column]))];

    private static void AssertClose(double[] expected, Prediction found) => Assert.Equal(expected, found.Probabilities, Close);

    private static bool Close(double first, double second) => Math.Abs(first - second) < 1e-6;
}
