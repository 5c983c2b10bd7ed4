using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Transforms;

namespace TransferLearning.Training;

/// <summary>Batches of images as the settings of a fit load them.</summary>
internal static class FitImages
{
    /// <summary>The training images, augmented, before the batch transforms.</summary>
    public static BatchLoader ForTraining(TrainerOptions options, long cacheBytes) =>
        Load(options, options.Data.Training, AugmentationOf(options), TrainingOrder(options) with { CacheBytes = cacheBytes });

    /// <summary>Any images, preprocessed as in evaluation.</summary>
    public static BatchLoader ForEvaluation(TrainerOptions options, IDatasetSource images) => Load(
        options, images, TransformPipeline.ForEvaluation(options.EvaluationPreprocessing), Loading(options) with { BatchSize = options.BatchSize });

    /// <summary>Training batches after the batch transforms.</summary>
    public static IBatchSource Mixed(IBatchSource training, TrainerOptions options, int outputCount) => options.BatchTransforms.Count == 0
        ? training
        : new TransformedBatches(training, options.BatchTransforms, options.Seed, options.Epochs, outputCount);

    /// <summary>Images through a pipeline.</summary>
    public static BatchLoader Load(
        TrainerOptions options, IDatasetSource source, TransformPipeline pipeline, BatchLoaderOptions loading, Func<int, int>? randomIndex = null) =>
        new(source, pipeline, options.EvaluationPreprocessing.Statistics, options.Reader, loading, buffers: null, randomIndex);

    public static TransformPipeline AugmentationOf(TrainerOptions options) =>
        options.Augmentation ?? TransformPipeline.ForTraining(options.EvaluationPreprocessing);

    public static BatchLoaderOptions TrainingOrder(TrainerOptions options) =>
        Loading(options) with { BatchSize = options.BatchSize, Sampler = options.Sampler, Seed = options.Seed };

    /// <summary>What all loaders of a fit have in common.</summary>
    public static BatchLoaderOptions Loading(TrainerOptions options)
    {
        var loading = new BatchLoaderOptions { Unreadable = options.Unreadable, Task = options.Task };
        // A network on another device leaves all cores to the loader, and few of them are too slow for it.
        return loading with { Workers = options.Workers ?? (options.ComputesOnCpu ? loading.Workers : Environment.ProcessorCount) };
    }
}
