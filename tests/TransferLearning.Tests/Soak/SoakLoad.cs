using TransferLearning.FeatureCache;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Soak;

/// <summary>What a busy service does at once: it fits, cancels fits, keeps features and models on the disk, and predicts all the while.</summary>
internal sealed class SoakLoad : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SoakCounts _counts;
    private readonly Predictor _predictor;
    private readonly byte[] _image = ToyImages.Encoded(1, new Random(7));
    private readonly double _expected;

    public SoakLoad(SoakCounts counts)
    {
        _counts = counts;
        using TrainingResult result = Fit(Trainer.FineTune(StagedSmallNetwork.Pretrained()), CancellationToken.None);
        _predictor = result.TakeModel();
        _expected = _predictor.Predict(_image).Probability;
    }

    /// <summary>Each is repeated by a thread of its own.</summary>
    public IEnumerable<Action> Loops => [FineTuning, ExtractingFeatures, Cancelling, Predicting, Predicting, PredictingMany, Reloading];

    public void Dispose()
    {
        _predictor.Dispose();
        _folder.Dispose();
    }

    private void FineTuning()
    {
        using TrainingResult result = Fit(Trainer.FineTune(StagedSmallNetwork.Pretrained()), CancellationToken.None);
        Interlocked.Increment(ref _counts.Fits);
    }

    private void ExtractingFeatures()
    {
        var cache = new FeatureCaching { Store = new FeatureStoreOptions { Directory = _folder.File("features"), MaximumBytes = 1 << 20 } };
        using TrainingResult result = Fit(Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained(Random.Shared.Next(50))).CacheFeatures(cache), CancellationToken.None);
        Interlocked.Increment(ref _counts.Fits);
    }

    private void Cancelling()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.CancelAfter(Random.Shared.Next(60));
        try
        {
            using TrainingResult result = Fit(Trainer.FineTune(StagedSmallNetwork.Pretrained()), cancellation.Token);
            Interlocked.Increment(ref _counts.Fits);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _counts.Cancelled);
        }
    }

    private void Predicting()
    {
        double probability = _predictor.Predict(_image).Probability;
        if (probability != _expected)
            throw new InvalidOperationException("A prediction changed.");
        Interlocked.Increment(ref _counts.Predictions);
    }

    private void PredictingMany()
    {
        foreach (Prediction prediction in _predictor.PredictMany(Enumerable.Repeat<ReadOnlyMemory<byte>>(_image, 20), batchSize: 7).Take(Random.Shared.Next(1, 20)))
            Interlocked.Increment(ref _counts.Predictions);
    }

    private void Reloading()
    {
        using var file = new MemoryStream();
        _predictor.Save(file);
        file.Position = 0;
        using Predictor predictor = Predictor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
        predictor.Predict(_image);
        Interlocked.Increment(ref _counts.Predictions);
    }

    private static TrainingResult Fit(TrainerBuilder builder, CancellationToken cancellation) =>
        builder.On(ToyImages.Split()).For(epochs: 3, batchSize: 8).RunOn(torchThreads: 1, workers: Random.Shared.Next(3)).Build().Fit(cancellationToken: cancellation);
}
