using System.Text.RegularExpressions;
using Extending;
using TransferLearning.Advice;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Heads;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class ExtendedHeadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ridge")]
    [InlineData("lda")]
    [InlineData("nearest-mean")]
    public void ExtendHead_WithAClassAndImagesMore_GivesTheHeadOfAllImages(string name)
    {
        IDatasetSource all = ToyImages.Source(each: 20, seed: 1);
        int[] first = [.. Indices(all, sample => sample.ClassIndex != 2).Where(index => index % 5 > 0)];
        IDatasetSource early = Named(new Subset(all, first), ["blue", "green"]);
        IDatasetSource late = new Subset(all, Enumerable.Range(0, all.Samples.Count).Except(first));
        using TrainingResult before = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), Solver(name))).KeepStatistics()
            .On(new DatasetSplit(early, early)).RunOn(torchThreads: 1).Build().Fit();
        string file = _folder.File("early.tlmodel");
        before.Model.Save(file);

        using TrainingResult extended = Stored(Trainer.ExtendHead(file, Own(), name == "nearest-mean" ? new NearestClassMean() : null))
            .On(new DatasetSplit(late, all)).RunOn(torchThreads: 1).Build().Fit();

        using TrainingResult whole = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), AtChoice(name, before.Best.Head!)))
            .On(new DatasetSplit(all, all)).RunOn(torchThreads: 1).Build().Fit();
        Assert.Equal(["blue", "green", "red"], extended.Model.Classes);
        AssertSameLogits(whole.Model, extended.Model, all);
        Assert.Equal(before.Best.Head!.Strength, extended.Best.Head!.Strength);
    }

    [Fact]
    public void ExtendHead_AgainAndFromALoadedModelSavedAnew_AddsUp()
    {
        IDatasetSource all = ToyImages.Source(each: 12, seed: 1);
        IDatasetSource[] parts = [.. Enumerable.Range(0, 3).Select(part => new Subset(all, Enumerable.Range(0, 36).Where(index => index / 3 % 3 == part)))];
        string file = _folder.File("part.tlmodel");
        HeadChoice choice;
        using (TrainingResult first = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).KeepStatistics()
            .On(new DatasetSplit(parts[0], all)).RunOn(torchThreads: 1).Build().Fit())
        {
            first.Model.Save(file);
            choice = first.Best.Head!;
        }
        using (Predictor loaded = Predictor.Load(file, Own()))
            loaded.Save(file);
        using (TrainingResult second = Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(parts[1], all)).RunOn(torchThreads: 1).Build().Fit())
            second.Model.Save(file);

        using TrainingResult third = Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(parts[2], all)).RunOn(torchThreads: 1).Build().Fit();

        using TrainingResult whole = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), AtChoice("ridge", choice)))
            .On(new DatasetSplit(all, all)).RunOn(torchThreads: 1).Build().Fit();
        AssertSameLogits(whole.Model, third.Model, all);
    }

    [Fact]
    public void ExtendHead_OfNumbers_KeepsTheirScale()
    {
        IDatasetSource all = new SolvedHeadTests.Retargeted(ToyImages.Source(each: 12, seed: 1), index => Target.Values(1000 * index, 5 - index, 7));
        string file = _folder.File("numbers.tlmodel");
        using TrainingResult first = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).KeepStatistics()
            .On(new DatasetSplit(new Subset(all, Enumerable.Range(0, 12)), all)).RunOn(torchThreads: 1).Build().Fit();
        first.Model.Save(file);

        using TrainingResult extended = Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(new Subset(all, Enumerable.Range(12, 24)), all))
            .RunOn(torchThreads: 1).Build().Fit();

        using TrainingResult whole = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), AtChoice("ridge", first.Best.Head!)))
            .On(new DatasetSplit(all, all)).RunOn(torchThreads: 1).Build().Fit();
        byte[] image = ToyImages.Encoded(2, new Random(4));
        Assert.Equal(whole.Model.Predict(image)["blue"], extended.Model.Predict(image)["blue"], 0.1);
    }

    [Fact]
    public void ExtendHead_OfNumbersInAnotherOrder_TakesEachByItsName()
    {
        IDatasetSource all = new SolvedHeadTests.Retargeted(ToyImages.Source(each: 12, seed: 1), index => Target.Values(1000 * index, 5 - index, 7));
        IDatasetSource late = new Subset(all, Enumerable.Range(12, 24));
        InMemoryDataset turned = InMemoryDataset.Of(
            late.Samples.Select((sample, index) => new TargetImage(late.Load(index), Target.Values([.. Numbers(sample).Reverse()]), sample.Name)), "red", "green", "blue");
        string file = _folder.File("numbers.tlmodel");
        using (TrainingResult first = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).KeepStatistics()
            .On(new DatasetSplit(new Subset(all, Enumerable.Range(0, 12)), all)).RunOn(torchThreads: 1).Build().Fit())
            first.Model.Save(file);

        using TrainingResult straight = Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(late, late)).RunOn(torchThreads: 1).Build().Fit();
        using TrainingResult extended = Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(turned, turned)).RunOn(torchThreads: 1).Build().Fit();

        byte[] image = ToyImages.Encoded(2, new Random(4));
        Assert.Equal(straight.Model.Predict(image)["blue"], extended.Model.Predict(image)["blue"], 1e-3);
        Assert.Equal(straight.Model.Predict(image)["green"], extended.Model.Predict(image)["green"], 1e-3);

        static IReadOnlyList<double> Numbers(Sample sample) => ((ValuesTarget)sample.Target).Numbers;
    }

    [Fact]
    public void ExtendHead_ByAnotherSolverThanTheFilesOrWithoutOne_IsRefused()
    {
        string file = WithStatistics(HeadSolvers.ShrinkageLda());
        string Problem(Func<TrainerBuilder, TrainerBuilder> change) => Assert.Single(Assert.Throws<TrainerConfigurationException>(
            change(Stored(Trainer.ExtendHead(file, Own())).On(ToyImages.Split()).RunOn(torchThreads: 1)).Build).Problems);

        Assert.Contains("'lda'", Problem(builder => builder.StartFromSolvedHead(HeadSolvers.Ridge())));
        Assert.Contains("is solved", Problem(builder => builder.With(options => TrainingPolicy.AllLayers.Apply(options))));
    }

    [Fact]
    public void ExtendHead_WhereFeaturesWouldDiffer_IsRefused()
    {
        string file = WithStatistics();
        string Error(Func<TrainerBuilder, TrainerBuilder> change, PredictorOptions? own = null) => Assert.Throws<ModelFileException>(
            () => change(Stored(Trainer.ExtendHead(file, own ?? Own())).On(ToyImages.Split()).RunOn(torchThreads: 1)).Build().Fit().Dispose()).Message;

        Assert.Contains("prepared otherwise", Error(builder => builder.Preprocess(StagedSmallNetwork.Info.Preprocessing with { ResizeTo = 20 })));
        Assert.Contains("computed in Float32 instead of BFloat16", Error(builder => builder.ComputeIn(ComputePrecision.BFloat16)));
        Assert.Contains("decoded otherwise", Error(builder => builder.DecodeWith(new TransferLearning.Imaging.ImageReader(new WatchedDecoder()))));
        Assert.Contains("other weights", Error(builder => builder.With(options => options with { Backbone = StagedSmallNetwork.Pretrained(variant: 1) })));
        Assert.Contains("another network", Error(builder => builder.With(options => options with
        {
            Backbone = options.Backbone with { Info = options.Backbone.Info with { Name = "another" } },
        })));
    }

    [Theory]
    [InlineData("ridge")]
    [InlineData("lda")]
    public void SolvingSavingAndExtending_LeaveNoTensor(string name)
    {
        string file = _folder.File("kept.tlmodel");
        long before = LiveTensors.Count;

        using (TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), Solver(name))).KeepStatistics().On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit())
            result.Model.Save(file);
        Predictor.Load(file, Own()).Dispose();
        Stored(Trainer.ExtendHead(file, Own())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit().Dispose();
        Assert.Throws<ModelFileException>(() => Stored(Trainer.ExtendHead(file, Own())).On(ToyImages.Split()).RunOn(torchThreads: 1)
            .Preprocess(StagedSmallNetwork.Info.Preprocessing with { ResizeTo = 20 }).Build().Fit());

        Assert.Equal(before, LiveTensors.Count);
    }

    [Theory]
    [ClassData(typeof(OtherCulture))]
    public void ExtendHead_UnderAnotherCulture_FindsTheSameFeatures(string culture)
    {
        string file = WithStatistics();

        using TrainingResult extended = OtherCulture.Run(
            culture, () => Stored(Trainer.ExtendHead(file, Own())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit());

        Assert.InRange(extended.Best.Validation[Metric.Accuracy], 0.9, 1);
    }

    [Fact]
    public void ExtendHead_OfAModelWithoutStatistics_SaysHowToKeepThem()
    {
        string file = _folder.File("plain.tlmodel");
        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit();
        result.Model.Save(file);

        Assert.Contains(".KeepStatistics()", Assert.Throws<ModelFileException>(() => Trainer.ExtendHead(file, Own())).Message);
        Assert.Throws<FileNotFoundException>(() => Trainer.ExtendHead(_folder.File("absent.tlmodel")));
    }

    [Fact]
    public void WithWeights_OfAModelWithStatistics_ReadsTheNetworkAlone()
    {
        string file = WithStatistics();

        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained().WithWeights(file))).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit();

        Assert.InRange(result.Best.Validation[Metric.Accuracy], 0.9, 1);
    }

    [Fact]
    public void Load_OfStatisticsThatCannotBe_IsRefused()
    {
        string file = WithStatistics();

        Assert.Contains("float64", Refused("feature_sums", sums => sums.to(ScalarType.Float32)));
        Assert.Contains("float64", Refused("second_moments", moments => moments.narrow(0, 0, 8)));
        Assert.Contains("NaN", Refused("cross_moments", moments => Changed(moments, double.NaN)));
        Assert.Contains("too large", Refused("feature_sums", sums => Changed(sums, 1e200)));
        Assert.Contains("at least 1", Refused("count", count => Changed(count, 0)));
        Assert.Contains("sum of squares", Refused("second_moments", moments => Changed(moments, -1)));
        Assert.Contains("symmetric", Refused("second_moments", moments => moments.add(arange(256, ScalarType.Float64).reshape(16, 16))));
        Assert.Contains("add up", Refused("target_sums", sums => Changed(sums, 3)));
        Assert.Contains("impossible count", Refused("target_sums", sums => Changed(sums, 1e-300)));
        Assert.Contains("sum of features", Refused("cross_moments", moments => Changed(moments, 1e140)));
        Assert.Contains("another size", Refused("target_sums", _ => tensor(new double[] { 24 }), ("cross_moments", moments => moments.narrow(0, 0, 1))));

        string Refused(string name, Func<Tensor, Tensor> change, params (string Name, Func<Tensor, Tensor> Change)[] more)
        {
            using var scope = NewDisposeScope();
            using StateDict weights = Safetensors.Read(file);
            (string Name, Func<Tensor, Tensor> Change)[] changes = [(name, change), .. more];
            (string, Tensor)[] changed = [.. weights.Select(entry => (entry.Key,
                changes.Where(one => entry.Key == $"head_statistics/{one.Name}").Select(one => one.Change(entry.Value)).FirstOrDefault() ?? entry.Value))];
            string hostile = _folder.File("hostile.tlmodel");
            var notes = new Dictionary<string, string>(weights.Metadata) { ["sha256"] = WeightsChecksum.Of(weights.Metadata["model"], changed) };
            Safetensors.Write(hostile, changed, notes);
            string message = Assert.Throws<ModelFileException>(() => Predictor.Load(hostile, Own())).Message;
            Assert.Throws<ModelFileException>(() => Trainer.ExtendHead(hostile, Own()).On(ToyImages.Split()).Build().Fit());
            return message;
        }
    }

    [Theory]
    [InlineData("lda", "5", "a shrinkage from 0 to 1; it is 5")]
    [InlineData("ridge", "null", "Ridge needs the strength")]
    [InlineData("ridge", "1e-300", "cannot be used", "1e300")]
    public void ExtendHead_OfAFileWithAChoiceThatCannotBe_NamesTheFile(string name, string strength, string problem, string scale = "1")
    {
        string file = WithStatistics(Solver(name));
        using var scope = NewDisposeScope();
        using StateDict weights = Safetensors.Read(file);
        (string, Tensor)[] tensors = [.. weights.Select(entry => (entry.Key, entry.Value))];
        string text = Regex.Replace(weights.Metadata["model"], "\"strength\":[^,}]+", $"\"strength\":{strength}");
        text = Regex.Replace(text, "\"scale\":[^,}]+", $"\"scale\":{scale}");
        Safetensors.Write(file, tensors, new Dictionary<string, string>(weights.Metadata) { ["model"] = text, ["sha256"] = WeightsChecksum.Of(text, tensors) });

        var refused = Assert.Throws<ModelFileException>(() => Trainer.ExtendHead(file, Own()).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit());

        Assert.Contains(problem, refused.Message);
        Assert.Contains("statistics.tlmodel", refused.Message);
    }

    [Fact]
    public void ExtendHead_OfACalibratedModel_KeepsTemperatureThresholdsAndViews()
    {
        string file = WithStatistics();
        IDatasetSource doubtful = new Relabeled(ToyImages.Source(each: 20, seed: 9));
        string settings;
        using (Predictor model = Predictor.Load(file, Own()))
        {
            Assert.Null(model.Calibrate(doubtful).Problem);
            model.UseThresholds(0.6, 0.7, 0.8);
            model.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
            settings = $"{model.Metadata.Reading.Settings}";
            model.Save(file);
        }

        using TrainingResult extended = Stored(Trainer.ExtendHead(file, Own())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit();

        Assert.Contains("temperature", settings, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(settings, $"{extended.Model.Metadata.Reading.Settings}");
        Assert.Equal(TestTimeAugmentation.HorizontalFlip, extended.Model.TestTimeAugmentation);
        Assert.IsType<CautiousPrediction>(extended.Model.Predict(ToyImages.Encoded(0, new Random(1))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExtendHead_OfACalibratedModel_ReportsTheMetricsOfTheModelThatItReturns(bool ofLabels)
    {
        IDatasetSource images = Targeted(ToyImages.Source(each: 8, seed: 1)), others = Targeted(ToyImages.Source(each: 20, seed: 9));
        string file = _folder.File("calibrated.tlmodel");
        using (TrainingResult first = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).KeepStatistics().On(new DatasetSplit(images, images))
            .RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32).Build().Fit())
        {
            CalibrationReport report = first.Model.Calibrate(new Relabeled(others));
            Assert.False(report.Temperature is > 0.8 and < 1.25, $"{report}");
            first.Model.Save(file);
        }

        using TrainingResult extended = Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(images, others)).RunOn(torchThreads: 1).Build().Fit();

        Evaluation evaluation = extended.Model.Evaluate(others);
        Assert.Equal(evaluation.Metrics[Metric.Loss], extended.Best.Validation[Metric.Loss], 1e-3); // from stored features, of half precision
        Assert.All(extended.Best.Validation, value => Assert.Equal(evaluation.Metrics[value.Key], value.Value, 0.05));

        IDatasetSource Targeted(IDatasetSource source) => ofLabels ? new SolvedHeadTests.Retargeted(source, index => Target.Labels(index == 2 ? [0, 2] : [index])) : source;
    }

    [Fact]
    public void ExtendHead_ByAClass_OfAModelWithAThresholdForEach_IsRefusedBeforeAnyWork()
    {
        string file = WithStatistics();
        using (Predictor model = Predictor.Load(file, Own()))
        {
            model.UseThresholds(0.6, 0.7, 0.8);
            model.Save(file);
        }
        IDatasetSource more = new InMemoryDataset([new LabeledImage(ToyImages.Encoded(0, new Random(1)), "violet")]);
        TrainerBuilder Builder() => Stored(Trainer.ExtendHead(file, Own())).On(new DatasetSplit(more, more)).RunOn(torchThreads: 1);

        var refused = Assert.Throws<ModelFileException>(() => Builder().Build());
        using (Predictor model = Predictor.Load(file, Own()))
        {
            model.UseThresholds(0.6);
            model.Save(file);
        }
        using TrainingResult extended = Builder().Build().Fit();

        Assert.Contains("has a threshold for each of its 3 classes, and none for violet", refused.Message);
        Assert.Contains("0.6", $"{extended.Model.Metadata.Reading.Settings}");
    }

    // Every fifth image has the label of another class.
    private sealed class Relabeled(IDatasetSource source) : IDatasetSource
    {
        public IReadOnlyList<string> Classes => source.Classes;

        public IReadOnlyList<Sample> Samples { get; } =
            [.. source.Samples.Select((sample, index) => index % 5 > 0 ? sample : sample with
            {
                Target = sample.Target is LabelsTarget labels ? Target.Labels((labels.Indices[0] + 1) % 3) : Target.Class((sample.ClassIndex + 1) % 3),
            })];

        public ReadOnlyMemory<byte> Load(int index) => source.Load(index);
    }

    private static Tensor Changed(Tensor values, double first)
    {
        Tensor changed = values.clone();
        changed.view(-1)[0] = tensor(first, ScalarType.Float64);
        return changed;
    }

    private static PredictorOptions Own() => new() { Backbone = StagedSmallNetwork.Pretrained() };

    private static IHeadSolver Solver(string name) => name switch
    {
        "ridge" => HeadSolvers.Ridge(),
        "lda" => HeadSolvers.ShrinkageLda(),
        _ => new NearestClassMean(),
    };

    private static IHeadSolver AtChoice(string name, HeadChoice choice) => name switch
    {
        "ridge" => HeadSolvers.Ridge(choice.Strength!.Value) with { Scale = choice.Scale },
        "lda" => HeadSolvers.ShrinkageLda(choice.Strength!.Value) with { Scale = choice.Scale },
        _ => new NearestClassMean(),
    };

    private static IEnumerable<int> Indices(IDatasetSource source, Func<Sample, bool> isTaken) =>
        Enumerable.Range(0, source.Samples.Count).Where(index => isTaken(source.Samples[index]));

    private static IDatasetSource Named(IDatasetSource source, string[] classes) =>
        new InMemoryDataset([.. source.Samples.Select((sample, index) => new LabeledImage(source.Load(index).ToArray(), classes[sample.ClassIndex], sample.Name))], classes);

    // Differences of logits are those of log-probabilities.
    private static void AssertSameLogits(Predictor expected, Predictor actual, IDatasetSource images)
    {
        double[][] logits = [.. expected.PredictMany(images).Select(Logits)];
        double scale = logits.SelectMany(row => row).Max(Math.Abs);
        Assert.All(logits.Zip(actual.PredictMany(images).Select(Logits)), pair =>
            Assert.All(pair.First.Zip(pair.Second), values => Assert.Equal(values.First, values.Second, 1e-4 * scale)));

        static double[] Logits(Prediction prediction) => [.. prediction.Probabilities.Select(probability => Math.Log(probability / prediction.Probabilities[0]))];
    }

    private string WithStatistics(IHeadSolver? solver = null)
    {
        string file = _folder.File("statistics.tlmodel");
        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), solver)).KeepStatistics().On(ToyImages.Split()).RunOn(torchThreads: 1)
            .ComputeIn(ComputePrecision.Float32).Build().Fit();
        result.Model.Save(file);
        return file;
    }

    private TrainerBuilder Stored(TrainerBuilder builder) =>
        builder.CacheFeatures(new FeatureCaching { Views = 1, Store = new FeatureStoreOptions { Directory = _folder.FullPath } });
}
