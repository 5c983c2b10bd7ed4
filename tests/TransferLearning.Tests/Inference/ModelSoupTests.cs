using TransferLearning.Data;
using TransferLearning.Freezing;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Inference;

public sealed class ModelSoupTests
{
    private static readonly IDatasetSource _validation = ToyImages.Source(each: 20, seed: 9);

    [Fact]
    public void Greedy_OfFineTunedModels_HasTheMeanOfTheTakenWeightsAndIsNeverWorse()
    {
        Predictor[] candidates = [.. new[] { 0.02, 0.005, 0.01, 0.05 }.Select((rate, index) => Tuned(index, rate))];
        Dictionary<string, float[]>[] weights = [.. candidates.Select(WeightsOf)];
        double[] alone = [.. candidates.Select(candidate => candidate.Evaluate(_validation, 16, Metric.LogLoss).Metrics[Metric.LogLoss])];

        GreedySoup soup = ModelSoup.Greedy(candidates, _validation, Metric.LogLoss);

        using Predictor model = soup.Model;
        Assert.Equal(alone, soup.Values);
        Assert.Equal(Array.IndexOf(alone, alone.Min()), soup.Taken[0]);
        Assert.Equal(alone.Min(), soup.Before);
        Assert.True(soup.After <= soup.Before);
        Assert.Equal(soup.After, model.Evaluate(_validation, 16, Metric.LogLoss).Metrics[Metric.LogLoss]);
        foreach ((string name, float[] values) in WeightsOf(model))
        {
            float[] mean = [.. Enumerable.Range(0, values.Length).Select(at => (float)soup.Taken.Average(index => (double)weights[index][name][at]))];
            Assert.All(mean.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }
        Assert.All(candidates.Where(candidate => candidate != model), candidate => Assert.Throws<ObjectDisposedException>(candidate.WarmUp));
        Assert.Contains($"{soup.Taken.Count} of 4 models", soup.ToString());
    }

    [Fact]
    public void Greedy_OfEqualModels_TakesThemInTheirOrderAndKeepsTheirBits()
    {
        using Predictor original = Tuned(1, 0.02);
        Predictor[] candidates = [Copy(original), Copy(original), Copy(original)];

        GreedySoup soup = ModelSoup.Greedy(candidates, _validation, Metric.Accuracy);

        using Predictor model = soup.Model;
        Assert.Same(candidates[0], model);
        Assert.Equal([0, 1, 2], soup.Taken);
        Assert.Equal(WeightsOf(original), WeightsOf(model));
        Assert.Equal(0, model.Metadata.Epoch);
        Assert.Equal(soup.After, model.Metadata.Metrics[Metric.Accuracy.Name]);
    }

    [Fact]
    public void Greedy_WhereAMeanIsWorse_RejectsItAndKeepsTheBestBitForBit()
    {
        Predictor good = Tuned(1, 0.02), bad = Copy(good);
        bad.ChangeWeights(backbone =>
        {
            using IDisposable noGradient = no_grad();
            foreach ((string _, Tensor parameter) in backbone.Network.named_parameters())
                parameter.neg_();
        });
        Dictionary<string, float[]> weights = WeightsOf(good);
        ModelMetadata metadata = good.Metadata;

        GreedySoup soup = ModelSoup.Greedy([bad, good], _validation, Metric.LogLoss);

        using Predictor model = soup.Model;
        Assert.Equal([1], soup.Taken);
        Assert.Equal(soup.Before, soup.After);
        Assert.Equal(weights, WeightsOf(model));
        Assert.Equal(metadata, model.Metadata);
    }

    [Fact]
    public void Greedy_OfModelsThatCannotBeAveraged_SaysWhyAndLeavesThem()
    {
        using Predictor first = Tuned(1, 0.02), calibrated = Tuned(2, 0.01);
        using Predictor moving = Tuned(3, 0.01, builder => builder.BatchNorm(BatchNormMode.Trained));
        calibrated.UseThresholds(0.6);

        Assert.Contains("other statistics in 'bn1.running_mean'", Refusal(first, moving));
        Assert.Contains("reads its outputs by other settings", Refusal(first, calibrated));
        Assert.Contains("2 to 32 candidates", Refusal(first));
        first.WarmUp();

        static string Refusal(params Predictor[] candidates) =>
            Assert.Throws<ArgumentException>(() => ModelSoup.Greedy(candidates, _validation, Metric.Accuracy)).Message;
    }

    [Fact]
    public void Greedy_ThatFailsHalfWay_LeavesTheCandidatesAsTheyWere()
    {
        using Predictor first = Tuned(1, 0.02), second = Tuned(2, 0.01);
        Dictionary<string, float[]>[] before = [WeightsOf(first), WeightsOf(second)];
        int evaluations = 0;
        using var cancellation = new CancellationTokenSource();
        var metric = new CountingMetric(() =>
        {
            if (++evaluations == 3)
                throw new InvalidOperationException("torn");
        });

        Assert.Throws<InvalidOperationException>(() => ModelSoup.Greedy([first, second], _validation, metric));
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => ModelSoup.Greedy([first, second], _validation, Metric.Accuracy, cancellationToken: cancellation.Token));

        Assert.Equal(3, evaluations);
        Assert.Equal(before, [WeightsOf(first), WeightsOf(second)]);
    }

    [Fact]
    public void Greedy_MadeAndRefused_LeavesNoTensors()
    {
        byte[][] files = [.. Enumerable.Range(1, 3).Select(seed =>
        {
            using Predictor model = Tuned(seed, 0.01);
            return Saved(model);
        })];

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
            Predictor[] candidates = [.. files.Select(Loaded)];
            Assert.ThrowsAny<ArgumentException>(() => ModelSoup.Greedy(candidates, _validation, Metric.MeanAbsoluteError));
            using Predictor model = ModelSoup.Greedy(candidates, _validation, Metric.LogLoss).Model;
        }
    }

    private static Predictor Tuned(int seed, double rate, Func<TrainerBuilder, TrainerBuilder>? change = null)
    {
        TrainerBuilder builder = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split(6, 2)).For(epochs: 2, batchSize: 8).Seed(seed)
            .RunOn(torchThreads: 1).Freeze(FreezePolicy.Nothing).OptimizeWith(Optimizers.AdamW(learningRate: rate));
        using TrainingResult result = (change?.Invoke(builder) ?? builder).Build().Fit();
        return result.TakeModel();
    }

    private static byte[] Saved(Predictor model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private static Predictor Loaded(byte[] file) => Predictor.Load(new MemoryStream(file), new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });

    private static Predictor Copy(Predictor model) => Loaded(Saved(model));

    private static Dictionary<string, float[]> WeightsOf(Predictor model) => model.Use(backbone => backbone.Network.named_parameters()
        .ToDictionary(entry => entry.name, entry => entry.parameter.detach().cpu().contiguous().data<float>().ToArray()));

    private sealed class CountingMetric(Action started) : Metric("counted", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally CreateTally()
        {
            started();
            return Metric.Accuracy.CreateTally();
        }
    }
}
