using Extending;
using SkiaSharp;
using TransferLearning.Data;
using TransferLearning.Exporting;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Published;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.OnnxRuntime.OnnxFiles;

namespace TransferLearning.Tests.OnnxRuntime;

public sealed class OnnxPredictorTests : IDisposable
{
    private const double Resized = 0.01, Exact = 1e-4;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public OnnxPredictorTests() => _path = _folder.File("model.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OnnxInput.Images, OnnxOutput.Reading)]
    [InlineData(OnnxInput.Images, OnnxOutput.Logits)]
    [InlineData(OnnxInput.Tensor, OnnxOutput.Reading)]
    [InlineData(OnnxInput.Tensor, OnnxOutput.Logits)]
    public void Predict_OfAnExport_PredictsWhatTheModelOfAnyTaskDoes(OnnxInput input, OnnxOutput output)
    {
        OutputReading[] readings =
        [
            new SoftmaxReading(),
            ((IThresholdReading)new SoftmaxReading().WithTemperature(0.5)).WithThresholds([0.2, 0.9, 0.2]),
            ((IThresholdReading)new SigmoidReading(0.5).WithTemperature(0.7)).WithThresholds([0.3, 0.5, 0.6]),
            new ValueReading([10, 20, 30], [1, 2, 3]),
            new ValueReading(),
        ];
        foreach (OutputReading reading in readings)
        {
            using Predictor model = Model(reading);
            model.ExportOnnx(_path, new OnnxExportOptions { Input = input, Output = output, IncludeFeatures = true });

            using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread);

            foreach (byte[] image in Images(4))
                AssertSame(model.Predict(image), served.Predict(image), input == OnnxInput.Images ? Resized : Exact);
            Assert.Equal(model.Metadata.Reading, served.Metadata.Reading);
            Assert.Equal(model.Classes, served.Classes);
        }
    }

    [Theory]
    [InlineData(OnnxInput.Images)]
    [InlineData(OnnxInput.Tensor)]
    public void PredictMany_OfMixedSizes_PredictsInTheOrderOfTheImages(OnnxInput input)
    {
        using OnnxPredictor served = Served(input);
        byte[][] images = Images(13);
        Prediction[] expected = [.. images.Select(image => served.Predict(image))];

        foreach (int batchSize in new[] { 1, 5, 16, 500 })
        {
            Assert.All(expected.Zip(served.PredictMany(Source(images), batchSize), (one, other) => (one, other)), pair => AssertSame(pair.one, pair.other, Exact));
            Assert.Equal(13, served.PredictMany(Source(images), batchSize).Count());
        }
    }

    [Fact]
    public void Predict_FromFileStreamBytesAndInBatches_IsTheSame()
    {
        using OnnxPredictor served = Served(OnnxInput.Images);
        byte[] image = Images(1)[0];
        string path = _folder.File("image.png");
        File.WriteAllBytes(path, image);

        Prediction expected = served.Predict(image);

        AssertSame(expected, served.Predict(path), 0);
        AssertSame(expected, served.Predict(new MemoryStream(image)), 0);
        AssertSame(expected, served.PredictMany([path]).Single(), 0);
        AssertSame(expected, served.PredictMany([new MemoryStream(image)]).Single(), 0);
        AssertSame(expected, served.PredictMany([(ReadOnlyMemory<byte>)image]).Single(), 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => served.PredictMany([path], batchSize: 0));
    }

    [Fact]
    public void Load_OfAStream_PredictsAsOfTheFile()
    {
        using OnnxPredictor served = Served(OnnxInput.Tensor);
        using var stream = new MemoryStream(File.ReadAllBytes(_path));

        using OnnxPredictor streamed = OnnxPredictor.Load(stream, OneThread);

        AssertSame(served.Predict(Images(1)[0]), streamed.Predict(Images(1)[0]), 0);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void Predict_FromManyThreads_GivesWhatOneThreadGives()
    {
        using OnnxPredictor served = Served(OnnxInput.Images);
        byte[][] images = Images(24);
        Prediction[] expected = [.. images.Select(image => served.Predict(image))];

        var found = new Prediction[images.Length];
        Parallel.For(0, images.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, index => found[index] = served.Predict(images[index]));

        Assert.All(expected.Zip(found), pair => AssertSame(pair.First, pair.Second, 0));
    }

    [Fact]
    public void Dispose_WhileOthersPredict_LetsThemEndAndRefusesLaterOnes()
    {
        OnnxPredictor served = Served(OnnxInput.Images);
        byte[] image = Images(1)[0];
        using var begun = new CountdownEvent(4);
        Task<int>[] others = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int count = 0; ; count++)
            {
                try
                {
                    served.Predict(image);
                }
                catch (ObjectDisposedException)
                {
                    return count;
                }
                if (count == 0)
                    begun.Signal();
            }
        }))];
        begun.Wait();

        served.Dispose();
        served.Dispose();

        Assert.All(others, task => Assert.InRange(task.Result, 1, int.MaxValue));
        Assert.Throws<ObjectDisposedException>(() => served.Predict(image));
        Assert.Throws<ObjectDisposedException>(() => served.PredictMany(Source(Images(3))).First());
        Assert.Throws<ObjectDisposedException>(served.WarmUp);
    }

    [Fact]
    public void PredictMany_ThatIsLeftEarly_ReadsNoMoreImagesThanAheadOfIt()
    {
        using OnnxPredictor served = Served(OnnxInput.Images);
        int taken = 0;

        Assert.NotNull(served.PredictMany(Endless(), batchSize: 2).First());
        int before = Volatile.Read(ref taken);

        Assert.InRange(before, 2, 2 + 2 + 3);

        IEnumerable<ReadOnlyMemory<byte>> Endless()
        {
            for (; ; taken++)
                yield return Images(1)[0];
        }
    }

    [Theory]
    [InlineData(OnnxInput.Images)]
    [InlineData(OnnxInput.Tensor)]
    public void Predict_OfABrokenOrTooLargeImage_NamesIt(OnnxInput input)
    {
        using OnnxPredictor served = Served(input, OneThread with { MaximumPixels = 400 });
        string path = _folder.File("broken.jpg");
        File.WriteAllText(path, "this is no image");

        Assert.Contains(path, Assert.Throws<ImageFormatException>(() => served.Predict(path)).Message);
        Assert.Contains(path, Assert.Throws<ImageFormatException>(() => served.PredictMany([path]).Count()).Message);
        Assert.Contains("the limit is 400", Assert.Throws<ImageFormatException>(() => served.Predict(ToyImages.Encoded(0, new Random(1), side: 21))).Message);
        Assert.Throws<FileNotFoundException>(() => served.Predict(_folder.File("none.jpg")));
        Assert.NotNull(served.Predict(ToyImages.Encoded(0, new Random(1), side: 20)));
    }

    [Fact]
    public void Predict_OfAStripThatTheFileWouldResizeBeyondTheLimit_IsRefusedBeforeMemoryIsTaken()
    {
        using OnnxPredictor served = Served(OnnxInput.Images, OneThread with { MaximumPixels = 60_000 });
        string path = _folder.File("strip.png");
        File.WriteAllBytes(path, DrawnImage.Png(width: 60_000, height: 1));

        ImageFormatException error = Assert.Throws<ImageFormatException>(() => served.Predict(path));

        Assert.Contains($"'{path}': the file resizes its 60000x1 pixels to 15360000; the limit is 4194304", error.Message);
        Assert.NotNull(served.Predict(DrawnImage.Png(width: 4000, height: 1)));
    }

    [Fact]
    public void Predict_WithOutputsThatAreNoNumbers_NamesTheImage()
    {
        using Predictor model = Model();
        model.ChangeWeights(network => network.Network.get_parameter("head.bias")!.fill_(float.NaN));
        model.ExportOnnx(_path);

        using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread with { WarmUp = false });

        var failure = Assert.Throws<InvalidOperationException>(() => served.PredictMany(Source(Images(2))).Count());
        Assert.Contains("'image-0.png' is NaN", failure.Message);
        Assert.Equal(Assert.Throws<InvalidOperationException>(() => model.PredictMany(Source(Images(2))).Count()).Message, failure.Message);
        Assert.Contains("a drawn image", Assert.Throws<ModelFileException>(() => OnnxPredictor.Load(_path)).Message);
    }

    [Theory]
    [InlineData(OnnxOutput.Reading)]
    [InlineData(OnnxOutput.Logits)]
    public void Predict_WithAReadingOfOnesOwn_PredictsAsTheModel(OnnxOutput output)
    {
        var reading = new OrdinalReading(temperature: 1, 0.5);
        using Predictor model = Model(reading, ["small", "large"]);
        model.ExportOnnx(_path, new OnnxExportOptions
        {
            Output = output,
            Readings = new Dictionary<string, OnnxReadingMapping>
            {
                ["ordinal"] = (graph, _, outputs) =>
                {
                    string above = graph.Add("Sigmoid", [outputs]);
                    return graph.Add("Concat", [graph.Add("Sub", [graph.Number(1), above]), above], ("axis", 1L));
                },
            },
        });

        Assert.Contains("the reading 'ordinal'", Assert.Throws<ModelFileException>(() => OnnxPredictor.Load(_path)).Message);
        using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread with { Readings = [new OrdinalReading()] });

        AssertSame(model.Predict(Images(1)[0]), served.Predict(Images(1)[0]), Resized);
    }

    [Fact]
    public void Predict_OfAPhotographThatIsTurned_SeesItUprightWhereTheModelDoes()
    {
        var turning = new ImageReader(new WatchedDecoder(orientation: 6), new ImageReaderOptions { ApplyExifOrientation = true });
        using Predictor model = Model(images: turning);
        byte[] image = DrawnImage.Jpeg(60, 40);

        foreach (OnnxInput input in Enum.GetValues<OnnxInput>())
        {
            model.ExportOnnx(_path, new OnnxExportOptions { Input = input });

            Assert.Contains("'watched'", Assert.Throws<ModelFileException>(() => OnnxPredictor.Load(_path)).Message);
            using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread with { Decoders = [new WatchedDecoder(orientation: 6)] });

            AssertSame(model.Predict(image), served.Predict(image), Resized);
        }
    }

    [Fact]
    public void Load_WithOptionsOfTheSession_OpensItWithThem()
    {
        int threads = 0;
        using OnnxPredictor served = Served(OnnxInput.Images, new OnnxPredictorOptions { Threads = 2, Configure = session => threads = session.IntraOpNumThreads });

        Assert.Equal(2, threads);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxPredictorOptions { Threads = 0 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Predict_OfALargePhotograph_PredictsWhetherMemoryIsPooledOrNot(bool arena)
    {
        using OnnxPredictor served = Served(OnnxInput.Images, OneThread with { Configure = session => session.EnableCpuMemArena = arena });
        using var image = new SKBitmap(3400, 3400);
        using SKData encoded = image.Encode(SKEncodedImageFormat.Png, quality: 100);

        Prediction first = served.Predict(encoded.AsSpan());

        AssertSame(first, served.Predict(encoded.AsSpan()), 0);
    }

    [Fact]
    public void Load_ThatWarmsUp_DecodesAndComputesOnce()
    {
        using Predictor model = Model(images: new ImageReader(new WatchedDecoder()));
        model.ExportOnnx(_path);
        foreach (bool warm in new[] { true, false })
        {
            var decoder = new WatchedDecoder();

            using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread with { Decoders = [decoder], WarmUp = warm });

            Assert.Equal(warm ? 1 : 0, decoder.Asked.Count);
        }
    }

    [SkippableFact]
    public void PredictMany_OfPhotographs_NamesEachAsThePredictorDoes()
    {
        IDatasetSource photographs = ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data/val"));
        PretrainedBackbone mobileNet = Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"));
        using Predictor model = OnnxScene.Model(BackboneLoader.Open(mobileNet, outputCount: null, seed: 0));
        Prediction[] expected = [.. model.PredictMany(photographs)];
        Assert.Equal(153, expected.Length);

        foreach (OnnxInput input in Enum.GetValues<OnnxInput>())
        {
            model.ExportOnnx(_path, new OnnxExportOptions { Input = input });
            using OnnxPredictor served = OnnxPredictor.Load(_path, OneThread);

            Assert.All(expected.Zip(served.PredictMany(photographs), (one, other) => (one, other)), pair => AssertSame(pair.one, pair.other, Resized));
        }
    }

    private OnnxPredictor Served(OnnxInput input, OnnxPredictorOptions? options = null)
    {
        using Predictor model = Model();
        model.ExportOnnx(_path, new OnnxExportOptions { Input = input });
        return OnnxPredictor.Load(_path, options ?? OneThread);
    }
}
