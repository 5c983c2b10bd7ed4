using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Inference;

public sealed class PredictorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingResult _result = Trainer
        .FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 8).Build().Fit();

    private static PredictorOptions Options => new() { Backbone = SmallNetwork.Pretrained() };

    public void Dispose()
    {
        _result.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Load_OfASavedModel_PredictsTheSameFromFileStreamBytesAndInBatches()
    {
        string model = _folder.File("toy.tlmodel"), image = _folder.File("image.png");
        byte[] encoded = ToyImages.Encoded(1, new Random(3));
        File.WriteAllBytes(image, encoded);
        _result.Model.Save(model);

        using Predictor loaded = Predictor.Load(model, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });

        IReadOnlyList<double> expected = _result.Model.Predict(encoded).Probabilities;
        Assert.Equal(expected, loaded.Predict(encoded).Probabilities);
        Assert.Equal(expected, loaded.Predict(image).Probabilities);
        Assert.Equal(expected, loaded.Predict(new MemoryStream(encoded)).Probabilities);
        Assert.All(loaded.PredictMany([image, image, image], batchSize: 2), prediction =>
            Assert.All(prediction.Probabilities.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5)));
        Assert.Equal(_result.Model.Metadata.Metrics, loaded.Metadata.Metrics);
        Assert.Equal(ToyImages.Classes, loaded.Classes);
        Assert.Equal(_result.Model.Metadata.Preprocessing, loaded.Metadata.Preprocessing);
    }

    [Fact]
    public void Predict_GivesScoresThatAddUpToOne_MostProbableFirst()
    {
        Prediction prediction = _result.Model.Predict(ToyImages.Encoded(0, new Random(4)));

        Assert.Equal(1, prediction.Probabilities.Sum(), 1e-12);
        Assert.Equal(prediction.Label, prediction.Scores[0].Label);
        Assert.Equal(prediction.Scores.OrderByDescending(score => score.Probability), prediction.Scores);
    }

    [Fact]
    public void Predict_FromManyThreads_GivesWhatOneThreadGives()
    {
        byte[][] images = [.. Enumerable.Range(0, 12).Select(index => ToyImages.Encoded(index % 3, new Random(index)))];
        IReadOnlyList<double>[] expected = [.. images.Select(image => _result.Model.Predict(image).Probabilities)];

        var found = new IReadOnlyList<double>[images.Length];
        Parallel.For(0, images.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, index =>
        {
            set_num_threads(1);
            found[index] = _result.Model.Predict(images[index]).Probabilities;
        });

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Predict_OfABrokenImage_NamesIt()
    {
        string path = _folder.File("broken.jpg");
        File.WriteAllText(path, "this is no image");

        var failure = Assert.Throws<ImageFormatException>(() => _result.Model.Predict(path));

        Assert.Contains(path, failure.Message);
    }

    [Fact]
    public void Predict_AfterDispose_IsRefused()
    {
        using var saved = new MemoryStream();
        _result.Model.Save(saved);
        saved.Position = 0;
        Predictor predictor = Predictor.Load(saved, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
        predictor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(ToyImages.Encoded(0, new Random(0))));
    }

    [Fact]
    public void Load_OnADeviceThatComputesNothing_SaysSo()
    {
        using var saved = new MemoryStream();
        _result.Model.Save(saved);
        saved.Position = 0;

        var failure = Assert.Throws<ArgumentException>(() =>
            Predictor.Load(saved, new PredictorOptions { Backbone = SmallNetwork.Pretrained(), Device = TorchSharp.torch.META }));

        Assert.StartsWith("The device 'meta' computes shapes, not values; name the CPU or a GPU.", failure.Message);
    }

    [Fact]
    public void Load_OfAnAlteredOrTornFile_IsRefusedByName()
    {
        string model = _folder.File("toy.tlmodel");
        _result.Model.Save(model);
        byte[] whole = File.ReadAllBytes(model);

        foreach (int altered in new[] { whole.Length - 1, whole.Length / 2, whole.Length / 3 })
        {
            byte[] changed = [.. whole];
            changed[altered] ^= 1;
            File.WriteAllBytes(model, changed);
            Assert.Contains(model, Assert.Throws<ModelFileException>(() => Predictor.Load(model, Options)).Message);
        }
        foreach (int length in new[] { 0, 7, 8, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(model, whole[..length]);
            Assert.Contains(model, Assert.Throws<ModelFileException>(() => Predictor.Load(model, Options)).Message);
        }
    }

    [Fact]
    public void Load_OfAnUnknownNetwork_AsksForIt()
    {
        string model = _folder.File("toy.tlmodel");
        _result.Model.Save(model);

        var failure = Assert.Throws<ModelFileException>(() => Predictor.Load(model));

        Assert.Contains("'small_network'", failure.Message);
        Assert.Contains("pass the backbone", failure.Message);
    }

    [Fact]
    public void Load_OfMetadataThatNamesOtherClassesThanTheNetworkHas_IsRefused()
    {
        string model = _folder.File("toy.tlmodel");
        using var network = new SmallNetwork(); // tells 4 classes apart
        ModelFile.Write(model, network, _result.Model.Metadata);

        var failure = Assert.Throws<ModelFileException>(() => Predictor.Load(model, new PredictorOptions { Backbone = SmallNetwork.Pretrained() }));

        Assert.Contains("has 3 outputs to read for 3 names, but its network gives 4", failure.Message);
    }

    [Fact]
    public void Load_OfAModelThatSawTurnedImages_TurnsThemToo()
    {
        var reader = new ImageReader(new SkiaImageDecoder(), new ImageReaderOptions { ApplyExifOrientation = true });
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).DecodeWith(reader).For(epochs: 1).Build().Fit();
        result.Model.Save(_folder.File("turned.tlmodel"));
        byte[] turned = TestImages.WithOrientation(DrawnImage.Jpeg(), 6);

        using Predictor loaded = Predictor.Load(_folder.File("turned.tlmodel"), Options);

        Assert.Equal(reader.Reading, loaded.Metadata.Images);
        Assert.Equal(result.Model.Predict(turned).Probabilities, loaded.Predict(turned).Probabilities);
        Assert.NotEqual(loaded.Predict(DrawnImage.Jpeg()).Probabilities, loaded.Predict(turned).Probabilities);
    }

    [Fact]
    public void Load_OfAModelOfADecoderOfOnesOwn_AsksForItByName()
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split())
            .DecodeWith(new ImageReader(new WatchedDecoder())).For(epochs: 1).Build().Fit();
        string model = _folder.File("watched.tlmodel");
        result.Model.Save(model);

        var failure = Assert.Throws<ModelFileException>(() => Predictor.Load(model, Options));
        using Predictor loaded = Predictor.Load(model, Options with { Decoders = [new WatchedDecoder()] });

        Assert.Contains(new WatchedDecoder().Identifier, failure.Message);
        Assert.Contains("'skiasharp'", failure.Message);
    }

    [Fact]
    public void Load_WithALowerLimitOfPixels_RefusesWhatIsLarger()
    {
        string model = _folder.File("toy.tlmodel");
        _result.Model.Save(model);
        using Predictor loaded = Predictor.Load(model, Options with { MaximumPixels = 24 * 24 - 1 });

        var failure = Assert.Throws<ImageFormatException>(() => loaded.Predict(ToyImages.Encoded(0, new Random(1))));

        Assert.Contains("the limit is 575", failure.Message);
    }

    [Theory]
    [InlineData("gone", 5000, "'gone'")]
    [InlineData("skiasharp", 0, "is 0 pixels; it must be from 1 to")]
    [InlineData("skiasharp", -5, "is -5 pixels")]
    [InlineData("skiasharp", long.MaxValue, "is 9223372036854775807 pixels")]
    public void Load_OfHostileImageMetadata_NamesTheFileAndWhatIsWrong(string decoder, long limit, string reason)
    {
        string model = Forged(new ImageReading { Decoder = decoder, MaximumPixels = limit });

        var failure = Assert.Throws<ModelFileException>(() => Predictor.Load(model, Options with { MaximumPixels = 100 }));

        Assert.Contains(model, failure.Message);
        Assert.Contains(reason, failure.Message);
    }

    [Theory]
    [InlineData(5000, 100L, 100)]
    [InlineData(100, 5000L, 100)]
    [InlineData(100, null, 100)]
    public void Load_LimitsOfFileAndLoader_TheLowerHoldsAndTheFilesOrientationRuleIsKept(long inFile, long? ofLoader, long expected)
    {
        string model = Forged(new ImageReading { Decoder = "skiasharp", MaximumPixels = inFile, ApplyExifOrientation = true });

        using Predictor loaded = Predictor.Load(model, Options with { MaximumPixels = ofLoader });

        var failure = Assert.Throws<ImageFormatException>(() => loaded.Predict(DrawnImage.Jpeg(101, 1)));
        Assert.Contains($"the limit is {expected} ", failure.Message);
        byte[] upright = DrawnImage.Png(9, 7), turned = TestImages.WithOrientation(DrawnImage.Jpeg(9, 7), 6);
        Assert.True(loaded.Metadata.Images.ApplyExifOrientation);
        Assert.NotEqual(loaded.Predict(DrawnImage.Jpeg(9, 7)).Probabilities, loaded.Predict(turned).Probabilities);
        Assert.NotNull(loaded.Predict(upright).Label);
    }

    [Theory]
    [InlineData("1", "is of format version 1, and this library reads version 2: train and save the model again")]
    [InlineData("3", "is of format version 3, and this library reads version 2: update TransferLearning; the file was written by 9.9.9")]
    public void Load_OfAnotherFormatVersion_SaysWhatToDo(string version, string expected)
    {
        using Tensor weight = zeros(1);
        string model = _folder.File("other.tlmodel");
        Safetensors.Write(model, [("weight", weight)], new Dictionary<string, string>
        {
            ["format"] = "transferlearning-model",
            ["format_version"] = version,
            ["library_version"] = "9.9.9",
        });

        Assert.Contains(expected, Assert.Throws<ModelFileException>(() => Predictor.Load(model, Options)).Message);
    }

    [Fact]
    public void Load_OfAModelWithPartsOfOnesOwn_NeedsThemByIdentifier()
    {
        string model = _folder.File("own.tlmodel");
        ModelMetadata metadata = _result.Model.Metadata with { Task = new ModelPart("upside-down"), Reading = new ModelPart("upside-down") };
        using (var network = new SmallNetwork())
            ModelFile.Write(model, network, metadata with { Classes = ["a", "b", "c", "d"] });

        var noReading = Assert.Throws<ModelFileException>(() => Predictor.Load(model, Options));
        using Predictor withoutTask = Predictor.Load(model, Options with { Readings = [new UpsideDown()] });
        var noTask = Assert.Throws<ModelFileException>(() => withoutTask.Evaluate(new InMemoryDataset([], ["a", "b", "c", "d"])));

        Assert.Contains("needs the reading 'upside-down', which is not available", noReading.Message);
        Assert.Contains("Known: softmax, sigmoid, values.", noReading.Message);
        Assert.Contains("needs the task 'upside-down', which is not available", noTask.Message);
        Assert.Contains("Known: classification, multi-label, regression.", noTask.Message);
        Assert.Equal("d", withoutTask.Predict(ToyImages.Encoded(0, new Random(1))).Label);
    }

    [Fact]
    public void Evaluate_OfTargetsThatTheTaskCannotTake_NamesTheImage()
    {
        InMemoryDataset bars = InMemoryDataset.Of([new(ToyImages.Encoded(0, new Random(1)), Target.Labels(0, 1), "bars.png")], ToyImages.Classes);
        InMemoryDataset outside = InMemoryDataset.Of([new(ToyImages.Encoded(0, new Random(1)), Target.Class(3), "outside.png")], ToyImages.Classes);

        var otherKind = Assert.Throws<ArgumentException>(() => _result.Model.Evaluate(bars));
        var noClass = Assert.Throws<ArgumentException>(() => _result.Model.Evaluate(outside));

        Assert.Contains("image 'bars.png' has the target", otherKind.Message);
        Assert.Contains("image 'outside.png' has class index 3; the classes are 0 to 2.", noClass.Message);
    }

    [Fact]
    public void Evaluate_ByAMetricThatDoesNotSuitTheTask_SaysSoBeforeAnyImageIsRead()
    {
        var torn = new InMemoryDataset([new LabeledImage(new byte[] { 1 }, "blue")], ToyImages.Classes);

        var error = Assert.Throws<ArgumentException>("metrics", () => _result.Model.Evaluate(torn, metrics: [Metric.R2]));

        Assert.StartsWith("The metric 'r2' measures numbers; the task 'classification' has one class per image.", error.Message);
    }

    [Fact]
    public void Evaluate_OfNothing_MeasuresNothing()
    {
        Evaluation evaluation = _result.Model.Evaluate(new InMemoryDataset([], ToyImages.Classes));

        Assert.Empty(evaluation.Predictions);
        Assert.All(evaluation.Metrics.Values, value => Assert.Equal(double.NaN, value));
        Assert.Equal(double.NaN, evaluation.Accuracy);
        Assert.Equal((0, 1), (evaluation.AccuracyInterval.Low, evaluation.AccuracyInterval.High));
    }

    [Fact]
    public void TakeModel_OutlivesTheResult()
    {
        TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1).Build().Fit();
        using Predictor taken = result.TakeModel();

        result.Dispose();

        Assert.Equal(1, taken.Predict(ToyImages.Encoded(0, new Random(1))).Probabilities.Sum(), 1e-12);
    }

    [Fact]
    public void Save_WhereNoFileCanBe_LeavesNothingBehind()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "in the way");

        Assert.ThrowsAny<IOException>(() => _result.Model.Save(Path.Combine(file, "toy.tlmodel")));

        Assert.Equal(["file"], Directory.GetFileSystemEntries(_folder.FullPath).Select(Path.GetFileName));
    }

    [Fact]
    public void Load_AndPredict_LeaveNoTensor()
    {
        using var saved = new MemoryStream();
        _result.Model.Save(saved);
        long before = LiveTensors.Count;

        for (int time = 0; time < 3; time++)
        {
            saved.Position = 0;
            using Predictor predictor = Predictor.Load(saved, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
            predictor.Predict(ToyImages.Encoded(0, new Random(0)));
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    private sealed class UpsideDown : OutputReading
    {
        public override string Identifier => "upside-down";

        public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names) => new(names, [0, 0, 0, 1]);
    }

    private string Forged(ImageReading images)
    {
        string model = _folder.File("forged.tlmodel");
        using var network = new SmallNetwork(); // tells 4 classes apart
        ModelFile.Write(model, network, _result.Model.Metadata with { Images = images, Classes = ["ants", "bees", "wasps", "flies"] });
        return model;
    }
}
