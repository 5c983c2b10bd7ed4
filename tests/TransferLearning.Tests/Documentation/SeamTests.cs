using Extending;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tasks;
using TransferLearning.Tests.Importing;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Documentation;

/// <summary>Each part that docs/extending.md writes does what it says, in a fit of its own.</summary>
public sealed class SeamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OrdinalRegression_InAFit_LearnsPredictsAndComesBackFromItsFile()
    {
        using TrainingResult result = Builder(epochs: 20).Learn(new OrdinalRegression()).OptimizeWith(Optimizers.AdamW(learningRate: 2e-2)).Build().Fit();
        string file = _folder.File("ordinal.tlmodel");
        result.Model.Save(file);
        byte[] green = ToyImages.Encoded(classIndex: 1, new Random(99));

        using Predictor loaded = Predictor.Load(file, new PredictorOptions
        {
            Backbone = StagedSmallNetwork.Pretrained(),
            Readings = [new OrdinalReading()],
            Tasks = [new OrdinalRegression()],
        });

        Assert.Equal(result.Model.Predict(green).Probabilities, loaded.Predict(green).Probabilities);
        Assert.Equal(1, loaded.Predict(green).Probabilities.Sum(), 1e-9);
        Assert.InRange(loaded.Evaluate(ToyImages.Split().Validation).Accuracy, 0.6, 1);
        var missing = Assert.Throws<ModelFileException>(() => Predictor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() }));
        Assert.Contains("'ordinal'", missing.Message);
    }

    [Fact]
    public void OrdinalReading_InAModel_TakesATemperatureAndThresholdsIntoItsFile()
    {
        using TrainingResult result = Builder(epochs: 20).Learn(new OrdinalRegression()).OptimizeWith(Optimizers.AdamW(learningRate: 2e-2)).Build().Fit();
        IDatasetSource doubtful = new InMemoryDataset([.. Enumerable.Range(0, 60).Select(index => new LabeledImage(
            ToyImages.Encoded(index % 3, new Random(index)), ToyImages.Classes[(index % 5 == 0 ? index + 1 : index) % 3]))]);
        double sure = result.Model.Predict(ToyImages.Encoded(0, new Random(99))).Probability;

        CalibrationReport report = result.Model.Calibrate(doubtful);
        IReadOnlyList<ThresholdChoice> chosen = result.Model.ChooseThresholds(doubtful, ThresholdGoal.BestF1);
        result.Model.UseThresholds(0.999);

        Assert.Null(report.Problem);
        Assert.True(report.Temperature != 1 && report.After[Metric.MultiLabelLogLoss] < report.Before[Metric.MultiLabelLogLoss], $"{report}");
        Assert.Equal(ToyImages.Classes, chosen.Select(choice => choice.Name));
        using var file = new MemoryStream();
        result.Model.Save(file);
        file.Position = 0;
        using Predictor loaded = Predictor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained(), Readings = [new OrdinalReading()] });
        Prediction prediction = loaded.Predict(ToyImages.Encoded(0, new Random(99)));
        Assert.Equal($"{result.Model.Metadata.Reading.Settings}", $"{loaded.Metadata.Reading.Settings}");
        Assert.NotEqual(sure, prediction.Probability);
        Assert.Empty(prediction.Labels);
        loaded.UseThresholds(0.001); // the task is only needed to evaluate
        Assert.NotEmpty(loaded.Predict(ToyImages.Encoded(0, new Random(99))).Labels);
    }

    [Fact]
    public void LogarithmicReading_InAnEnsemble_BringsMembersToOneUnit()
    {
        DatasetSplit images = ToyImages.Split();
        var prices = new DatasetSplit(Priced(images.Training), Priced(images.Validation));
        Predictor[] members = [.. new double[] { 1, 50 }.Select(unit => Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(prices).RunOn(torchThreads: 1)
            .Learn(new LogarithmicRegression(unit)).Build().Fit().TakeModel())];
        byte[] image = ToyImages.Encoded(1, new Random(3));
        double[][] alone = [.. members.Select(member => member.Predict(image).Numbers.ToArray())];

        using Predictor ensemble = Predictor.Ensemble(members);

        // The mean of logarithms is the logarithm of the geometric mean.
        Assert.All(ensemble.Predict(image).Numbers.Index(), value =>
            Assert.Equal(Math.Sqrt(alone[0][value.Index] * alone[1][value.Index]), value.Item, 1e-4 * value.Item));
        Assert.Null(new LogarithmicReading().ConvertTo(new OrdinalReading(), 1));

        static IDatasetSource Priced(IDatasetSource source) =>
            new Training.SolvedHeadTests.Retargeted(source, index => Target.Values(100 + 50 * index, 20, 300 - index));
    }

    [Fact]
    public void QuickGeluOperator_InAnImport_LearnsAndComesBackWithTheOperator()
    {
        var graph = new DrawnGraph(17, 0, 3, 16, 16);
        string active = graph.Node("com.microsoft:QuickGelu", [graph.Mixed("x", 3, 4)], ("alpha", 1.5f));
        string onnx = _folder.File("gelu.onnx"), file = _folder.File("gelu.tlmodel");
        File.WriteAllBytes(onnx, graph.Bytes(graph.Node("GlobalAveragePool", [active])));
        var options = new OnnxImportOptions { Operators = [new QuickGeluOperator()], Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16 } };
        using TrainingResult result = Trainer.FineTune(Pretrained.FromOnnx(onnx, options)).On(ToyImages.Split()).For(epochs: 1, batchSize: 8).Build().Fit();
        result.Model.Save(file);
        byte[] green = ToyImages.Encoded(classIndex: 1, new Random(99));

        using Predictor loaded = Predictor.Load(file, new PredictorOptions { Networks = [new OnnxNetworkFormat(new QuickGeluOperator())] });

        Assert.Equal(result.Model.Predict(green).Probabilities, loaded.Predict(green).Probabilities);
        Assert.Contains("com.microsoft.QuickGelu", Assert.Throws<ModelFileException>(() => Predictor.Load(file)).Message);
    }

    [Theory]
    [InlineData(1, 20, 10)]
    [InlineData(4, 32, 16)]
    public void ProgressiveResizing_OnABatch_ShrinksImagesUntilTheLastEpochAndKeepsTargets(int epoch, int width, int height)
    {
        using var batch = new Batch(ones(2, 3, 16, 32), tensor(new long[] { 0, 1 }), [0, 1]);
        var position = new TrainingPosition { Epoch = epoch, Epochs = 4, Step = 1, StepsPerEpoch = 1 };

        using Batch smaller = new ProgressiveResizing(smallest: 0.5).Apply(batch, new BatchTransformContext { Random = new RandomStream(5), Position = position, OutputCount = 3 });

        Assert.Equal([2, 3, height, width], smaller.Images.shape);
        Assert.Equal(1, smaller.Images.min().item<float>(), 1e-6);
        Assert.Equal([0, 1], smaller.Targets.data<long>().ToArray());
        Assert.Equal([0, 1], smaller.Labels.data<long>().ToArray());
    }

    [Fact]
    public void ProgressiveResizing_InAFitOfTheHead_LearnsFromImages()
    {
        var seen = new SeenImages();
        using TrainingResult result = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 6, batchSize: 8).RunOn(torchThreads: 1)
            .OptimizeWith(Optimizers.AdamW(learningRate: 5e-2)).TransformBatches(new ProgressiveResizing(smallest: 0.5)).Observe(() => seen).Build().Fit();

        Assert.InRange(result.Best.Validation[Metric.Accuracy], 0.6, 1);
        Assert.True(seen.AfterEpoch[^1] - seen.AfterEpoch[^2] >= 24, "every epoch computes from images");
    }

    [Fact]
    public void EqualAverage_InAFit_IsWhatIsValidatedKeptAndSaved()
    {
        var recorded = new RecordedAverage(fromEpoch: 2);
        using TrainingResult result = Builder(epochs: 3).EvaluateWith(() => new EqualAverage(fromEpoch: 2)).Observe(() => recorded).KeepBest(Metric.Loss, _folder.FullPath).Build().Fit();

        Dictionary<string, float[]> expected = recorded.After[result.Best.Epoch - 1];
        using StateDict saved = Safetensors.Read(_folder.File("best.tlmodel"));
        Assert.Equal(expected["classifier.weight"], saved["classifier.weight"].data<float>().ToArray());
        Assert.Equal(expected["conv1.weight"], saved["conv1.weight"].data<float>().ToArray());
        Assert.NotEqual(recorded.Trained["classifier.weight"], expected["classifier.weight"]);
    }

    [Fact]
    public void BootstrapSampler_InTwoEpochs_DrawsTheSameSamplesInAnotherOrder()
    {
        Sample[] samples = [.. Enumerable.Range(0, 90).Select(index => new Sample($"{index}", 0))];

        IReadOnlyList<int>[] epochs = [.. Enumerable.Range(1, 2).Select(epoch => new BootstrapSampler(seed: 3).Choose(samples, new RandomStream(0, epoch)))];

        Assert.Equal(epochs[0].Order(), epochs[1].Order());
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.InRange(epochs[0].Distinct().Count(), 45, 70); // 1 - 1/e of them, but for chance
    }

    [Fact]
    public void GradientCentralization_InAFit_LeavesTheMeanOfEachOutputsWeights()
    {
        using TrainingResult result = Fixed(batchSize: 8).StepWith(context => new GradientCentralization(context)).Build().Fit();
        result.Model.Save(_folder.File("centered.tlmodel"));

        using StateDict saved = Safetensors.Read(_folder.File("centered.tlmodel"));
        using Backbone start = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: 3, seed: 0);
        using Tensor before = start.Network.state_dict()["conv2.weight"].detach().flatten(1), after = saved["conv2.weight"].flatten(1);
        using Tensor moved = (after - before).abs().max(), shifted = (after.mean([1]) - before.mean([1])).abs().max();
        Assert.True(moved.item<float>() > 1e-3, "the weights have learned");
        Assert.Equal(0, shifted.item<float>(), 1e-6f);
    }

    [Fact]
    public void GeneralizedCrossEntropy_BetweenItsEnds_IsThePowerOfTheProbability()
    {
        using Tensor output = tensor(new float[,] { { 1, 0 }, { 0, 3 } }), targets = tensor(new long[] { 0, 1 });

        using Tensor loss = new GeneralizedCrossEntropy(q: 0.7).Compute(new LossContext { Output = output, Targets = targets });

        double first = Math.E / (Math.E + 1), second = Math.Exp(3) / (Math.Exp(3) + 1);
        Assert.Equal((2 - Math.Pow(first, 0.7) - Math.Pow(second, 0.7)) / 0.7 / 2, loss.item<float>(), 1e-6);
    }

    [Fact]
    public void PredictionsFile_AfterAFit_HoldsOneLinePerEpochAndImage()
    {
        string path = _folder.File("predictions.csv");
        DatasetSplit images = ToyImages.Split();
        using TrainingResult result = Builder(epochs: 2).Observe(() => new PredictionsFile(path)).Build().Fit();

        string[][] lines = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(2 * images.Validation.Samples.Count, lines.Length);
        Assert.Equal(images.Validation.Samples.Select(sample => sample.Name), lines.Where(line => line[0] == "2").Select(line => line[1]));
        Assert.Equal(result.History[1].Validation["accuracy"], lines.Where(line => line[0] == "2").Average(line => line[2] == line[3] ? 1.0 : 0), 1e-9);
    }

    [Fact]
    public void PixmapDecoder_InAFit_ReadsWhatNoOtherDecoderReads()
    {
        var reader = new ImageReader(new PixmapDecoder());
        LabeledImage[] images = [.. Enumerable.Range(0, 30).Select(index => new LabeledImage(Pixmap(index), index % 2 == 0 ? "dark" : "light", $"{index}.ppm"))];
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(new InMemoryDataset(images)).For(epochs: 4, batchSize: 8)
            .RunOn(torchThreads: 1).DecodeWith(reader).OptimizeWith(Optimizers.AdamW(learningRate: 2e-2)).Build().Fit();

        Assert.InRange(result.Best.Validation[Metric.Accuracy], 0.8, 1);
        var torn = Assert.Throws<ImageFormatException>(() => reader.Read(Pixmap(0)[..200], "torn.ppm"));
        Assert.Equal("torn.ppm", torn.ImageName);
    }

    private sealed class LogarithmicRegression(double unit) : LearningTask
    {
        public override string Identifier => "logarithmic";

        public override ILoss DefaultLoss { get; } = Losses.MeanSquaredError();

        public override IReadOnlyList<Metric> DefaultMetrics { get; } = [Metric.MeanAbsoluteError];

        public override OutputReading Reading { get; } = new LogarithmicReading(unit);

        public override IEnumerable<string> FindProblems(DatasetSplit data) => [];

        public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names) => tensor(
            samples.SelectMany(sample => ((ValuesTarget)sample.Target).Numbers.Select(number => (float)Math.Log(number / unit))).ToArray(),
            [samples.Count, names.Count]);
    }

    private static TrainerBuilder Builder(int epochs) =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs, batchSize: 8).RunOn(torchThreads: 1).Freeze(FreezePolicy.Nothing);

    // Without clipping and random transforms, only the sum of the gradients matters.
    private static TrainerBuilder Fixed(int batchSize) =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 2, batchSize).RunOn(torchThreads: 1).Freeze(FreezePolicy.Nothing)
            .ComputeIn(ComputePrecision.Float32).Augment(images => images.Resize(16).CenterCrop(16)).OptimizeWith(Optimizers.Sgd(learningRate: 0.05)).Schedule(LearningRate.Constant);

    private static byte[] Pixmap(int index)
    {
        var random = new Random(index);
        byte[] pixels = [.. Enumerable.Range(0, 20 * 20 * 3).Select(_ => (byte)(random.Next(100) + (index % 2 * 150)))];
        return [.. "P6\n20 20\n255\n"u8, .. pixels];
    }

    /// <summary>Averages the weights by itself, from what it sees of the network after each step.</summary>
    private sealed class RecordedAverage(int fromEpoch) : ITrainingObserver
    {
        private readonly Dictionary<string, Tensor> _average = [];
        private int _count;

        public List<Dictionary<string, float[]>> After { get; } = [];

        public Dictionary<string, float[]> Trained { get; private set; } = [];

        public void StepEnded(StepRecord step, TrainingRun run)
        {
            Trained = Copy(run.Backbone.Network.state_dict());
            if (step.Position.Epoch < fromEpoch)
                return;
            using IDisposable noGradient = no_grad();
            using TorchSharp.Scalar share = 1.0 / ++_count;
            foreach ((string name, Tensor weight) in run.Backbone.Network.state_dict().Where(entry => entry.Value.is_floating_point()))
            {
                if (_average.TryGetValue(name, out Tensor? average))
                    average.add_(weight - average, share);
                else
                    _average[name] = weight.clone().DetachFromDisposeScope();
            }
        }

        public void EpochEnded(EpochRecord epoch, TrainingRun run) => After.Add(_average.Count > 0 ? Copy(_average) : Trained);

        private static Dictionary<string, float[]> Copy(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
            tensors.Where(entry => entry.Value.is_floating_point()).ToDictionary(entry => entry.Key, entry => entry.Value.detach().contiguous().data<float>().ToArray());
    }
}
