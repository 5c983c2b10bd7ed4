using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Inference;

public sealed class EnsembleTests
{
    private static readonly byte[][] _images = [.. Enumerable.Range(0, 6).Select(index => ToyImages.Encoded(index % 3, new Random(index)))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_OfAnEnsemble_IsTheMeanOfItsMembersProbabilities(bool ofHeads)
    {
        Predictor[] members = [.. Enumerable.Range(1, 3).Select(seed => ofHeads ? Head(seed) : Tuned(seed))];
        double[][][] alone = [.. members.Select(member => Probabilities(member))];

        using Predictor ensemble = Predictor.Ensemble(members);

        AssertMean(alone, ensemble, 1e-6);
        Assert.Equal(ofHeads ? [3] : [1, 1, 1], ensemble.Metadata.Ensemble!.HeadsPerNetwork);
        Assert.Equal((3, 0), (ensemble.Metadata.Ensemble.Count, ensemble.Metadata.Epoch));
        Assert.All(members, member => Assert.Throws<ObjectDisposedException>(() => member.Predict(_images[0])));
    }

    [Fact]
    public void Predict_OfHeadsAndAWholeNetwork_CountsEachMemberOnce()
    {
        Predictor[] members = [Head(1), Tuned(2), Head(3)];
        double[][][] alone = [.. members.Select(member => Probabilities(member))];

        using Predictor ensemble = Predictor.Ensemble(members), loaded = Reloaded(ensemble);

        Assert.Equal([2, 1], ensemble.Metadata.Ensemble!.HeadsPerNetwork);
        AssertMean(alone, ensemble, 1e-6);
        AssertMean(alone, loaded, 1e-6);
    }

    [Fact]
    public void Predict_OfANetworkWithoutStages_IsTheMeanOfWholeNetworks()
    {
        Predictor[] members = [.. Enumerable.Range(1, 2).Select(seed => Fit(Trainer.ExtractFeatures(SmallNetwork.Pretrained()), seed))];
        double[][][] alone = [.. members.Select(member => Probabilities(member))];

        using Predictor ensemble = Predictor.Ensemble(members);

        Assert.Equal([1, 1], ensemble.Metadata.Ensemble!.HeadsPerNetwork);
        AssertMean(alone, ensemble, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ensemble_OfOutputs_IsTheSoftmaxOfTheirMean_AndOfHeadsOneModel(bool ofHeads)
    {
        Predictor[] members = [.. Enumerable.Range(1, 3).Select(seed => ofHeads ? Head(seed) : Tuned(seed))];
        double[][][] logarithms = [.. members.Select(member => Probabilities(member).Select(row => Array.ConvertAll(row, Math.Log)).ToArray())];

        using Predictor ensemble = Predictor.Ensemble(members, averageOutputs: true), loaded = Reloaded(ensemble);

        Assert.Equal(ofHeads, ensemble.Metadata.Ensemble is null);
        foreach ((int image, double[] found) in Probabilities(loaded).Index())
        {
            double[] expected = [.. Enumerable.Range(0, 3).Select(name => Math.Exp(logarithms.Average(member => member[image][name])))];
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First / expected.Sum(), pair.Second, 1e-5));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Save_OfAnEnsemble_ComesBackBitForBit(bool ofHeads)
    {
        using Predictor ensemble = Predictor.Ensemble([.. Enumerable.Range(1, 2).Select(seed => ofHeads ? Head(seed) : Tuned(seed))]);
        using var first = new MemoryStream();
        ensemble.Save(first);

        using Predictor loaded = Reloaded(ensemble);

        using var second = new MemoryStream();
        loaded.Save(second);
        Assert.Equal(first.ToArray(), second.ToArray());
        Assert.Equal(Probabilities(ensemble), Probabilities(loaded));
    }

    [Fact]
    public void Ensemble_OfCalibratedHeads_AveragesCalibratedProbabilities()
    {
        Predictor[] members = [Head(1), Head(2)];
        foreach (Predictor member in members)
            member.Calibrate(ToyImages.Source(each: 20, seed: 9));
        Assert.Contains(members, member => member.Metadata.Reading.Settings.ToString().Contains("temperature"));
        double[][][] alone = [.. members.Select(member => Probabilities(member))];

        using Predictor ensemble = Predictor.Ensemble(members);

        AssertMean(alone, ensemble, 1e-5);
    }

    // A temperature comes after the mean of probabilities of views; in the heads it would come before.
    [Fact]
    public void Ensemble_OfCalibratedMembersWithViews_IsTheMeanWhereOutputsAreAveragedAndElseRefused()
    {
        Predictor[] members = [Tuned(1, rate: 5e-3), Tuned(2, rate: 5e-3)];
        foreach (Predictor member in members)
        {
            member.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
            Assert.Null(member.Calibrate(ToyImages.Source(each: 20, seed: 9)).Problem);
        }

        var refusal = Assert.Throws<ArgumentException>(() => Predictor.Ensemble(members));
        foreach (Predictor member in members)
            member.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip with { AverageOutputs = true };
        double[][][] alone = [.. members.Select(member => Probabilities(member))];
        using Predictor ensemble = Predictor.Ensemble(members);

        Assert.Contains("at index 0 has a temperature for the mean of its views", refusal.Message);
        AssertMean(alone, ensemble, 1e-5);
    }

    [Fact]
    public void Ensemble_WithViewsTemperatureAndThresholds_EvaluatesAsItPredictsAfterLoadingToo()
    {
        using Predictor ensemble = Predictor.Ensemble([.. Enumerable.Range(1, 3).Select(seed => Tuned(seed, rate: 5e-3))]);
        IDatasetSource images = ToyImages.Source(each: 20, seed: 9);
        ensemble.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;

        CalibrationReport report = ensemble.Calibrate(images);
        ensemble.UseThresholds(0.4);

        Assert.Null(report.Problem);
        Assert.True(report.After[Metric.LogLoss] <= report.Before[Metric.LogLoss]);
        using Predictor loaded = Reloaded(ensemble);
        Evaluation evaluation = loaded.Evaluate(images, 7, Metric.LogLoss);
        double[] losses = [.. ensemble.PredictMany(images, batchSize: 64).Zip(images.Samples, (found, sample) => -Math.Log(found.Probabilities[sample.ClassIndex]))];
        Assert.Equal(losses.Average(), evaluation.Metrics[Metric.LogLoss], 1e-5);
        Assert.Equal(losses.Average(), evaluation.Metrics[Metric.Loss], 1e-5);
        Assert.Equal(Probabilities(ensemble), Probabilities(loaded));
    }

    [Fact]
    public void Predict_OfLabelsAndOfValuesOnOtherScales_IsTheMeanToo()
    {
        DatasetSplit bars = DrawnShapes.BarSplit(), grays = DrawnShapes.GraySplit();
        Predictor[] labels = [.. Enumerable.Range(1, 2).Select(seed => Fit(Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).StartFromRandomHead(), seed, bars))];
        IReadOnlyList<DatasetSplit> folds = grays.Training.Folds(2, seed: 1);
        Predictor[] values = [.. folds.Select(fold => Fit(Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).StartFromRandomHead(), 1, fold))];
        Assert.NotEqual(values[0].Metadata.Reading, values[1].Metadata.Reading);
        byte[] bar = bars.Validation.Load(0).ToArray(), gray = grays.Validation.Load(0).ToArray();
        double[] expectedLabels = Mean([.. labels.Select(member => member.Predict(bar).Probabilities.ToArray())]);
        double[] expectedValues = Mean([.. values.Select(member => member.Predict(gray).Numbers.ToArray())]);

        using Predictor labelEnsemble = Predictor.Ensemble(labels), valueEnsemble = Predictor.Ensemble(values);

        Assert.All(expectedLabels.Zip(labelEnsemble.Predict(bar).Probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(expectedValues.Zip(valueEnsemble.Predict(gray).Numbers), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Max(1, Math.Abs(pair.First))));
        Assert.Equal([2], valueEnsemble.Metadata.Ensemble!.HeadsPerNetwork);
        Assert.True(double.IsFinite(valueEnsemble.Evaluate(grays.Validation).Metrics[Metric.MeanAbsoluteError]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithWeights_OfAnEnsemblesFile_TakesASharedBodyAndRefusesSeveralNetworks(bool ofHeads)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("ensemble.tlmodel");
        using (Predictor ensemble = Predictor.Ensemble([.. Enumerable.Range(1, 2).Select(seed => ofHeads ? Head(seed) : Tuned(seed))]))
            ensemble.Save(file);
        Trainer trainer = Trainer.SolveHead(StagedSmallNetwork.Pretrained().WithWeights(file)).On(ToyImages.Split()).RunOn(torchThreads: 1).Build();

        if (ofHeads)
        {
            using TrainingResult result = trainer.Fit();
            Assert.InRange(result.Best.Validation[Metric.Accuracy], 0.9, 1);
        }
        else
        {
            string refusal = Assert.Throws<TransferLearning.Formats.WeightsMismatchException>(() => trainer.Fit()).Message;
            Assert.StartsWith($"The weights of '{file}' do not fit the network", refusal);
            Assert.EndsWith("They are those of an ensemble of several networks: take the file of one of its members.", refusal);
        }
    }

    [Fact]
    public void Ensemble_OfModelsThatDiffer_SaysInWhatAndLeavesThemAsTheyAre()
    {
        using Predictor first = Head(1), small = Fit(Trainer.ExtractFeatures(SmallNetwork.Pretrained()), 1), wide = Head(1, StagedSmallNetwork.Pretrained(features: 24));
        using Predictor otherSize = Head(2, prepare: new Preprocessing { ResizeTo = 18, CropTo = 16 }), cautious = Head(3), flipped = Head(4);
        cautious.UseThresholds(0.7);
        flipped.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
        using Predictor pair = Predictor.Ensemble([Head(5), Head(6)]);

        Assert.Contains("at index 1 has another network ('small_network', not 'staged_small_network')", Refusal(first, small));
        Assert.Contains("at index 1 has a network 'staged_small_network' with other layers", Refusal(first, wide));
        Assert.Contains("at index 1 has another preprocessing", Refusal(first, otherSize));
        Assert.Contains("at index 1 reads its outputs by other settings", Refusal(first, cautious));
        Assert.Contains("at index 1 has other views (horizontal-flip, not none", Refusal(first, flipped));
        Assert.Contains("at index 0 is an ensemble itself", Refusal(pair, first));
        Assert.Contains("2 to 32 members, none null and none twice", Refusal(first, first));
        Assert.Contains("2 to 32", Refusal(first));
        Assert.Contains("2 to 32", Refusal([.. Enumerable.Repeat(first, 33)]));
        Assert.Equal(1, first.Predict(_images[0]).Probabilities.Sum(), 1e-9);
        Predictor disposed = Head(1);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Predictor.Ensemble([first, disposed]));

        static string Refusal(params Predictor[] members) => Assert.Throws<ArgumentException>(() => Predictor.Ensemble(members)).Message;
    }

    [Fact]
    public void Predict_FromManyThreads_GivesWhatOneThreadGivesUntilItIsDisposed()
    {
        Predictor ensemble = Predictor.Ensemble([Tuned(1), Head(2), Head(3)]);
        double[][] expected = Probabilities(ensemble);
        int turns = 0, wrong = 0, ended = 0;
        Thread[] threads = [.. Enumerable.Range(0, 16).Select(_ => new Thread(Predict))];

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal((0, 16), (wrong, ended));

        void Predict()
        {
            set_num_threads(1);
            try
            {
                while (true)
                {
                    int turn = Interlocked.Increment(ref turns);
                    if (turn == 300)
                        ensemble.Dispose();
                    if (!ensemble.Predict(_images[turn % 6]).Probabilities.SequenceEqual(expected[turn % 6]))
                        Interlocked.Increment(ref wrong);
                }
            }
            catch (ObjectDisposedException)
            {
                Interlocked.Increment(ref ended);
            }
        }
    }

    [Fact]
    public void Ensemble_MadeSavedLoadedAndRefused_LeavesNoTensors()
    {
        byte[][] files = [.. new[] { Head(1), Head(2), Tuned(3), Head(4, StagedSmallNetwork.Pretrained(features: 24)) }.Select(Saved)];

        OwnThread.Run(() =>
        {
            set_num_threads(1);
            Cycle();
            long before = LiveTensors.Count;
            Cycle();
            Assert.Equal(before, LiveTensors.Count);
        });

        void Cycle()
        {
            Predictor[] members = [.. files.Take(3).Select(file => LoadWith(file, 16))];
            using (Predictor other = LoadWith(files[3], 24))
                Assert.Throws<ArgumentException>(() => Predictor.Ensemble([.. members, other]));
            using Predictor ensemble = Predictor.Ensemble(members), loaded = Reloaded(ensemble);
            loaded.Predict(_images[0]);
        }

        static byte[] Saved(Predictor model)
        {
            using var stream = new MemoryStream();
            model.Save(stream);
            model.Dispose();
            return stream.ToArray();
        }
    }

    [Fact]
    public void TakeEnsemble_OfACrossValidation_IsTheMeanOfTheKeptModels()
    {
        using CrossValidationResult kept = Run(keep: true), others = Run(keep: false);
        double[][][] alone = [.. kept.Folds.Select(fold => Probabilities(fold.Model!))];

        using Predictor ensemble = kept.TakeEnsemble();

        AssertMean(alone, ensemble, 1e-6);
        Assert.Equal([4], ensemble.Metadata.Ensemble!.HeadsPerNetwork);
        Assert.Throws<ObjectDisposedException>(() => kept.TakeEnsemble());
        Assert.Contains("KeepModels", Assert.Throws<InvalidOperationException>(() => others.TakeEnsemble()).Message);

        static CrossValidationResult Run(bool keep) => CrossValidation.Run(
            ToyImages.Split().Training.Folds(2, seed: 1),
            fold => Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(fold).For(epochs: 1, batchSize: 8).RunOn(torchThreads: 1).Build(),
            new CrossValidationOptions { Seeds = [1, 2], KeepModels = keep });
    }

    private static Predictor Head(int seed, PretrainedBackbone? network = null, Preprocessing? prepare = null) =>
        Fit(Trainer.ExtractFeatures(network ?? StagedSmallNetwork.Pretrained()).StartFromRandomHead(), seed, prepare: prepare);

    private static Predictor Tuned(int seed, double rate = 2e-2) => Fit(
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().Freeze(FreezePolicy.Nothing).OptimizeWith(Optimizers.AdamW(learningRate: rate)), seed);

    private static Predictor Fit(TrainerBuilder builder, int seed, DatasetSplit? images = null, Preprocessing? prepare = null)
    {
        builder = builder.On(images ?? ToyImages.Split(4, 2)).For(epochs: 1, batchSize: 8).Seed(seed).RunOn(torchThreads: 1);
        if (prepare is not null)
            builder = builder.Preprocess(prepare);
        else
            builder = builder.Augment(view => view.Resize(SmallNetwork.Side).CenterCrop(SmallNetwork.Side));
        using TrainingResult result = builder.Build().Fit();
        return result.TakeModel();
    }

    private static Predictor Reloaded(Predictor model)
    {
        using var saved = new MemoryStream();
        model.Save(saved);
        return LoadWith(saved.ToArray(), 16);
    }

    private static Predictor LoadWith(byte[] file, int features) =>
        Predictor.Load(new MemoryStream(file), new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained(features: features) });

    private static double[][] Probabilities(Predictor model) => [.. _images.Select(image => model.Predict(image).Probabilities.ToArray())];

    private static double[] Mean(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Average(row => row[column]))];

    private static void AssertMean(double[][][] alone, Predictor ensemble, double tolerance)
    {
        foreach ((int image, double[] found) in Probabilities(ensemble).Index())
            Assert.All(Mean([.. alone.Select(member => member[image])]).Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
