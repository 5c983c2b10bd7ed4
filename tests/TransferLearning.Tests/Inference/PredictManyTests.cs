using TorchSharp.Modules;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Tests.Inference;

public sealed class PredictManyTests : IDisposable
{
    private const int Count = 7;
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingResult _result = Trainer
        .FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1, batchSize: 8).Build().Fit();

    private readonly string[] _paths;

    public PredictManyTests()
    {
        _paths = [.. Enumerable.Range(0, Count).Select(index => _folder.File($"{index}.png"))];
        for (int index = 0; index < Count; index++)
            File.WriteAllBytes(_paths[index], ToyImages.Encoded(index % 3, new Random(index)));
    }

    public void Dispose()
    {
        _result.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(Count)]
    [InlineData(int.MaxValue)]
    public void PredictMany_AnyBatchSize_GivesEachImagesPredictionInOrder(int batchSize)
    {
        Prediction[] predictions = [.. _result.Model.PredictMany(_paths, batchSize)];

        Assert.Equal(Count, predictions.Length);
        for (int index = 0; index < Count; index++)
        {
            IReadOnlyList<double> expected = _result.Model.Predict(_paths[index]).Probabilities;
            Assert.All(expected.Zip(predictions[index].Probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Stack_OfMoreThanATensorHolds_IsRefusedBeforeMemoryIsTaken()
    {
        var image = new PreparedImage("image", 224, 224, []);

        var error = Assert.Throws<InvalidOperationException>(() => BatchAssembler.Stack([.. Enumerable.Repeat(image, 14_000)]));

        Assert.Contains("A batch of 14000 images of 224x224 is larger than 2 GiB; 3566 fit.", error.Message);
    }

    [Fact]
    public void Predict_OfOutputsThatAreNotFinite_IsRefusedByTheImagesName()
    {
        var network = new FragileNetwork();
        using TrainingResult result = Trainer.FineTune(Pretrained.From(() => network, FragileNetwork.Info).WithRandomWeights()).On(ToyImages.Split()).For(epochs: 1, batchSize: 8).Build().Fit();
        Predictor model = result.Model;
        byte[] image = ToyImages.Encoded(0, new Random(1));
        DatasetSplit images = ToyImages.Split();

        foreach (float value in new[] { float.NaN, float.PositiveInfinity })
        {
            network.LastOutput = value;
            Assert.Contains($"'{_paths[0]}'", Refusal(() => model.Predict(_paths[0])));
            Assert.Contains("'the image'", Refusal(() => model.Predict(image)));
            Assert.Contains("'image 2'", Refusal(() => model.PredictMany([image, image, image], batchSize: 3).ToList()));
            Assert.Contains($"'{images.Validation.Samples[1].Name}'", Refusal(() => model.Evaluate(images.Validation, batchSize: 2)));
        }

        static string Refusal(Func<object> predict) => Assert.Throws<InvalidOperationException>(predict).Message;
    }

    [Fact]
    public void PredictMany_OfPathsThatComeOneByOne_TakesThemABatchAheadAndNoFurther()
    {
        int taken = 0;

        Prediction[] predictions = [.. _result.Model.PredictMany(Endless(), batchSize: 2).Take(4)];

        Assert.Equal(4, predictions.Length);
        Assert.Equal(4 + 2, taken);

        IEnumerable<string> Endless()
        {
            while (true)
                yield return _paths[taken++ % Count];
        }
    }

    [Fact]
    public void PredictMany_WhereAnImageIsBroken_FailsAtItsBatchAndNotBefore()
    {
        File.WriteAllText(_paths[5], "this is no image");
        var predictions = new List<Prediction>();

        var failure = Assert.Throws<ImageFormatException>(() =>
        {
            foreach (Prediction prediction in _result.Model.PredictMany(_paths, batchSize: 2))
                predictions.Add(prediction);
        });

        Assert.Equal(_paths[5], failure.ImageName);
        Assert.Equal(4, predictions.Count);
    }

    [Fact]
    public void PredictMany_OfAFileThatIsNotThere_NamesIt()
    {
        string absent = _folder.File("absent.jpg");

        var failure = Assert.Throws<FileNotFoundException>(() => _result.Model.PredictMany([_paths[0], absent]).Count());

        Assert.Equal(absent, failure.FileName);
    }

    [Fact]
    public void PredictMany_OfNothing_GivesNothing() => Assert.Empty(_result.Model.PredictMany(Array.Empty<string>()));

    [Fact]
    public void PredictMany_OfBytesStreamsAndSources_IsThatOfFiles()
    {
        ReadOnlyMemory<byte>[] encoded = [.. _paths.Select(path => new ReadOnlyMemory<byte>(File.ReadAllBytes(path)))];
        var source = new InMemoryDataset(encoded.Select(image => new LabeledImage(image, "red")));
        string[] expected = [.. _result.Model.PredictMany(_paths, batchSize: 3).Select(prediction => prediction.ToString())];

        Assert.Equal(expected, _result.Model.PredictMany(encoded, batchSize: 3).Select(prediction => prediction.ToString()));
        MemoryStream[] streams = [.. encoded.Select(image => new MemoryStream(image.ToArray()))];
        Assert.Equal(expected, _result.Model.PredictMany(streams, batchSize: 3).Select(prediction => prediction.ToString()));
        Assert.Equal(expected, _result.Model.PredictMany(source, batchSize: 3).Select(prediction => prediction.ToString()));
    }

    [Fact]
    public void PredictMany_OfBrokenBytes_NamesTheirPosition()
    {
        ReadOnlyMemory<byte>[] encoded = [File.ReadAllBytes(_paths[0]), new byte[] { 1, 2, 3 }];

        Assert.Equal("image 1", Assert.Throws<ImageFormatException>(() => _result.Model.PredictMany(encoded).Count()).ImageName);
    }

    [Fact]
    public void Evaluate_ByMetricsOfOnesChoice_MeasuresThemAndTheLoss()
    {
        Evaluation evaluation = _result.Model.Evaluate(ToyImages.Source(each: 3, seed: 5), batchSize: 4, Metric.Accuracy, Metric.TopK(2));

        Assert.Equal(["loss", "accuracy", "top-2"], evaluation.Metrics.Keys);
        Assert.Equal(evaluation.Accuracy, evaluation.Metrics[Metric.Accuracy]);
        Assert.True(evaluation.Metrics[Metric.Loss] > 0);
    }

    [Fact]
    public void Evaluate_AnySource_PredictsWhatPredictDoes()
    {
        InMemoryDataset source = ToyImages.Source(each: 3, seed: 5);

        Evaluation evaluation = _result.Model.Evaluate(source, batchSize: 4);

        int[] expected = [.. Enumerable.Range(0, source.Samples.Count).Select(index => _result.Model.Predict(source.Load(index).Span).ClassIndex)];
        Assert.Equal(expected, evaluation.Predictions.Select(prediction => prediction.ClassIndex));
        Assert.Equal(source.Samples.Count, evaluation.Confusion.Total);
    }

    /// <summary>Gives what it is told to for the last image of a batch.</summary>
    private sealed class FragileNetwork : Module<Tensor, Tensor>
    {
        internal readonly Linear classifier = nn.Linear(3, 4); // not private, so that its name can be its key

        public FragileNetwork()
            : base("fragile") => RegisterComponents();

        public static BackboneInfo Info { get; } = SmallNetwork.Info with
        {
            Name = "fragile",
            FeatureSize = 3,
            Stages = [new Stage("head", "classifier")],
        };

        public float? LastOutput { get; set; }

        public override Tensor forward(Tensor images)
        {
            Tensor output = classifier.forward(images.mean([2, 3]));
            if (LastOutput is { } value)
                output[-1, 0].fill_(value);
            return output;
        }
    }
}
