using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Transforms;

namespace TransferLearning.Training;

/// <summary>Makes the batches of a fit as its options say.</summary>
internal sealed class FitBatchesFactory(TrainerOptions options, Backbone backbone, ComputeThreads threads, Action<string> report)
{
    private const long KeptActivationBytes = 256L << 20;

    // Neither changes what a network computes of an image, but for its last digits, and less memory or time is lost by a batch that suits.
    private const int LeastValidationBatch = 16;
    private const int FeatureBatch = 16;

    // Views are the same in every fit, whatever its seed, so that later fits find them.
    private const long ViewSeed = 0;

    private readonly Preprocessing _preprocessing = options.EvaluationPreprocessing;

    public FitBatches Create()
    {
        TransformPipeline augmentation = options.Augmentation ?? TransformPipeline.ForTraining(_preprocessing);
        TransformPipeline evaluation = TransformPipeline.ForEvaluation(_preprocessing);
        BatchLoaderOptions training = LoaderOptions() with { BatchSize = options.BatchSize, Shuffle = true, Seed = options.Seed };
        BatchLoaderOptions validation = LoaderOptions() with { BatchSize = Math.Max(options.BatchSize, LeastValidationBatch), PrefetchBatches = 1 };

        long forValidation = Math.Min(options.ImageCacheBytes, PreparedBytes(options.Data.Validation.Samples.Count));
        BatchLoader trainingImages = Loader(options.Data.Training, augmentation, training with { CacheBytes = options.ImageCacheBytes - forValidation });
        BatchLoader validationImages = Loader(options.Data.Validation, evaluation, validation with { CacheBytes = forValidation });
        return new FitBatches(
            trainingImages,
            validationImages,
            new FrozenActivations(validationImages, backbone, options.Device, KeptActivationBytes),
            options.Features.Views > 0 && backbone.CanBeEnteredHalfWay && !backbone.HeadTakesMaps ? backbone.HeadStage : null,
            OpenFeatures);

        (FeatureBatches, FeatureBatches) OpenFeatures()
        {
            string weights = WeightsChecksum.Of("", backbone.Network.state_dict().Where(entry => !backbone.Info.IsHead(entry.Key)).Select(entry => (entry.Key, entry.Value)));
            return (
                Features(options.Data.Training, augmentation, weights, training, options.Features.Views),
                Features(options.Data.Validation, evaluation, weights, validation, views: 1));
        }
    }

    private FeatureBatches Features(IDatasetSource source, TransformPipeline pipeline, string weightsHash, BatchLoaderOptions order, int views)
    {
        var computer = new FeatureComputer(backbone, options.Device, threads.UseForNetwork);
        FeatureSet set = new(source, ImagesToLookAt, computer, Shelf(pipeline, weightsHash), order.Workers);
        return new FeatureBatches(source, set, backbone.Info.FeatureSize, backbone.HeadStage, order, views, options.Features.Order);

        BatchLoader ImagesToLookAt(IDatasetSource missing, Func<int, int> randomIndex) => Loader(missing, pipeline, LoaderOptions() with
        {
            BatchSize = FeatureBatch,
            Seed = ViewSeed,
            RandomIndex = randomIndex,
            MayBeEmpty = true,
        });
    }

    private FeatureShelf Shelf(TransformPipeline pipeline, string weightsHash)
    {
        var store = new FeatureStore(options.Features.Store, report);
        string? preprocessing = (pipeline.Statistics is null ? pipeline.Normalize(_preprocessing.Statistics) : pipeline).Fingerprint;
        bool known = preprocessing is not null && options.Reader.Fingerprint is not null;
        var key = new FeatureKey
        {
            Network = backbone.Info.Name,
            WeightsHash = weightsHash,
            PreprocessingFingerprint = preprocessing ?? "",
            Reader = options.Reader.Fingerprint ?? "",
            NumberFormat = backbone.Precision.ToString(),
            Boundary = backbone.Info.Head,
            FeaturesPerImage = backbone.Info.FeatureSize,
        };
        return known ? store.Open(key) : store.OpenInMemory(key);
    }

    private long PreparedBytes(int images) => images * PixelBuffer.BytesOf(_preprocessing.CropTo, _preprocessing.CropTo);

    private BatchLoader Loader(IDatasetSource source, TransformPipeline pipeline, BatchLoaderOptions loading) =>
        new(source, pipeline, _preprocessing.Statistics, options.Reader, loading);

    private BatchLoaderOptions LoaderOptions()
    {
        var loading = new BatchLoaderOptions { Unreadable = options.Unreadable, Task = options.Task };
        return options.Workers is int workers ? loading with { Workers = workers } : loading;
    }
}
