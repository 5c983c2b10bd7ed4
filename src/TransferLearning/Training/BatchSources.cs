using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Heads;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Training.SolvedHeads;
using TransferLearning.Transforms;

namespace TransferLearning.Training;

/// <summary>Chooses, once per epoch, the source of its batches: images, activations of frozen stages, or stored features.</summary>
internal sealed class BatchSources : IDisposable
{
    private const long KeptActivationBytes = 256L << 20;

    // Without gradients, the batch size affects only memory, speed and the last digits of the output.
    private const int LeastValidationBatch = 16;

    private const long ViewSeed = 0; // so that later fits, of other seeds, find the views

    private readonly TrainerOptions _options;
    private readonly Backbone _backbone;
    private readonly ComputeThreads _threads;
    private readonly bool _validates;
    private readonly FeatureStore _store;
    private readonly Preprocessing _preprocessing;
    private readonly TransformPipeline _augmentation;
    private readonly BatchLoaderOptions _trainingOrder;
    private readonly BatchLoaderOptions _validationOrder;
    private readonly BatchLoader _trainingImages;
    private readonly BatchLoader _validationImages;
    private readonly FrozenPrefix _validationActivations;
    private (bool IsTraining, SkippedSample Sample)[] _skipped = [];
    private (FeatureSource Training, FeatureSource Validation)? _features;

    public BatchSources(TrainerOptions options, Backbone backbone, ComputeThreads threads, Action<string> report, bool validates = true)
    {
        (_options, _backbone, _threads, _validates) = (options, backbone, threads, validates);
        _store = new FeatureStore(options.Features.Store, report);
        _preprocessing = options.EvaluationPreprocessing;
        (_augmentation, _trainingOrder) = (FitImages.AugmentationOf(options), FitImages.TrainingOrder(options));
        _validationOrder = FitImages.Loading(options) with { BatchSize = Math.Max(options.BatchSize, LeastValidationBatch), PrefetchBatches = 1 };

        long bytesPerImage = PixelBuffer.BytesOf(_preprocessing.CropTo, _preprocessing.CropTo);
        long forValidation = Math.Min(options.ImageCacheBytes, options.Data.Validation.Samples.Count * bytesPerImage);
        _trainingImages = FitImages.ForTraining(options, options.ImageCacheBytes - forValidation);
        _validationImages = FitImages.Load(options, options.Data.Validation, Evaluation, _validationOrder with { CacheBytes = forValidation });
        _validationActivations = new FrozenPrefix(_validationImages, backbone, options.Device, KeptActivationBytes);
    }

    private TransformPipeline Evaluation => TransformPipeline.ForEvaluation(_preprocessing);

    // A network that cannot run from a stage on has no features to store; the input of a head that takes feature maps is too large.
    private bool CanStoreFeatures => _options.Features.Views > 0 && _backbone.CanBeEnteredHalfWay && !_backbone.HeadTakesMaps
        && _options.BatchTransforms.All(transform => transform.WorksOnFeatures);

    /// <summary>Opens the sources of an epoch and sets the number of torch threads for them until they are disposed.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="frozenStages">The number of leading frozen stages.</param>
    /// <param name="prepared">Called with the number of images computed ahead so far. The network is in evaluation mode.</param>
    /// <param name="cancellationToken">Cancels the preparation.</param>
    public EpochSources Open(int epoch, int frozenStages, Action<int> prepared, CancellationToken cancellationToken)
    {
        if (!CanStoreFeatures || frozenStages != _backbone.HeadStage)
        {
            CloseFeatures(); // the backbone is about to be trained
            return new EpochSources(Mixed(_trainingImages), _validationActivations.After(frozenStages), _threads.UseForNetwork());
        }

        // Below the head, evaluation weights may differ from the frozen ones, whose features are stored, and from epoch to epoch.
        bool validatesFeatures = _options.EvaluationWeights is null;
        IDisposable threads = validatesFeatures ? _threads.UseForHead() : _threads.UseForNetwork();
        try
        {
            (FeatureSource training, FeatureSource validation) = _features ??=
                OpenFeatures(_augmentation, _trainingOrder, _options.Features.Views, _options.Features.Order);
            int computed = 0;
            IEnumerable<int> ofValidation = _validates && validatesFeatures ? validation.Prepare(epoch, cancellationToken) : [];
            foreach (int images in training.Prepare(epoch, cancellationToken).Concat(ofValidation))
                prepared(computed += images);
            return new EpochSources(Mixed(training), validatesFeatures ? validation : _validationActivations.After(frozenStages), threads);
        }
        catch
        {
            threads.Dispose();
            throw;
        }
    }

    /// <summary>Opens the validation images alone, for weights of which at most the first <paramref name="frozenStages"/> stages stay the same.</summary>
    public EpochSources OpenValidation(int frozenStages) =>
        new(_trainingImages, _validationActivations.After(frozenStages), _threads.UseForNetwork());

    /// <summary>Opens the features that a head is solved on, as epoch 0, and of the validation images. The network is in evaluation mode.</summary>
    /// <inheritdoc cref="Open" path="/param[@name='prepared' or @name='cancellationToken']"/>
    public HeadSources OpenForHead(Action<int> prepared, CancellationToken cancellationToken)
    {
        bool isAugmented = _options.HeadViews == HeadViews.Augmented;
        int views = _options.SolvedViews;
        BatchLoaderOptions order = _trainingOrder with { Sampler = Sampler.InOrder };
        IDisposable threads = _threads.UseForHead();
        try
        {
            (FeatureSource training, FeatureSource validation) = (_features =
                OpenFeatures(isAugmented ? _augmentation : Evaluation, order, views, ViewOrder.Cycle)).Value;
            int computed = 0;
            foreach (int images in Enumerable.Range(1, views).SelectMany(epoch => training.Prepare(epoch, cancellationToken))
                .Concat(_validates ? validation.Prepare(epoch: 0, cancellationToken) : []))
                prepared(computed += images);
            return new HeadSources(training, validation, views, NetworkFingerprint.Of(_backbone, withCode: false), WeightsBelowHead(), Close);
        }
        catch
        {
            Close();
            throw;
        }

        void Close()
        {
            CloseFeatures(); // later epochs open others
            threads.Dispose();
        }
    }

    /// <summary>Adds the images that could not be read since the last call to those of all calls before, and returns all in that order.</summary>
    public IReadOnlyList<SkippedSample> CollectSkipped()
    {
        _skipped =
        [
            .. _skipped
                .Union(_trainingImages.Skipped.Concat(_features?.Training.Skipped ?? []).Select(skipped => (true, skipped)))
                .Union(_validationImages.Skipped.Concat(_features?.Validation.Skipped ?? []).Select(skipped => (false, skipped))),
        ];
        return [.. _skipped.Select(entry => entry.Sample)];
    }

    public void Dispose()
    {
        _validationActivations.Dispose();
        CloseFeatures();
    }

    private IBatchSource Mixed(IBatchSource training) => FitImages.Mixed(training, _options, _backbone.OutputCount);

    private void CloseFeatures()
    {
        CollectSkipped(); // the features know theirs no longer once they are disposed
        _features?.Training.Dispose();
        _features?.Validation.Dispose();
        _features = null;
    }

    private string WeightsBelowHead() => WeightsChecksum.Of(
        "", _backbone.Network.state_dict().Where(entry => !_backbone.Info.IsHead(entry.Key)).Select(entry => (entry.Key, entry.Value)));

    private (FeatureSource, FeatureSource) OpenFeatures(TransformPipeline training, BatchLoaderOptions order, int views, ViewOrder viewOrder)
    {
        string network = $"{_backbone.Info.Name} {NetworkFingerprint.Of(_backbone)}";
        string weights = WeightsBelowHead();
        return (
            Features(_options.Data.Training, training, Shelf(training, network, weights), order, views, viewOrder),
            Features(_options.Data.Validation, Evaluation, Shelf(Evaluation, network, weights), _validationOrder, views: 1, ViewOrder.Cycle));
    }

    private FeatureSource Features(
        IDatasetSource source, TransformPipeline pipeline, FeatureShelf shelf, BatchLoaderOptions order, int views, ViewOrder viewOrder)
    {
        var computer = new FeatureComputer(_backbone, _options.Device, _threads.UseForNetwork);
        FeatureSet set = new(source, MissingImages, computer, shelf, order.Workers);
        return new FeatureSource(source, set, _backbone.HeadStage, order, views, viewOrder);

        BatchLoader MissingImages(IDatasetSource missing, int batchSize, Func<int, int> randomIndex) =>
            FitImages.Load(_options, missing, pipeline, FitImages.Loading(_options) with { BatchSize = batchSize, Seed = ViewSeed }, randomIndex);
    }

    private FeatureShelf Shelf(TransformPipeline pipeline, string network, string weightsHash)
    {
        string? preprocessing = (pipeline.Statistics is null ? pipeline.Normalize(_preprocessing.Statistics) : pipeline).Fingerprint;
        bool known = preprocessing is not null && _options.Reader.Fingerprint is not null;
        var key = new FeatureKey
        {
            Network = network,
            WeightsHash = weightsHash,
            PreprocessingFingerprint = $"{preprocessing}\n{typeof(TransformPipeline).Module.ModuleVersionId}", // with the code of transforms
            Reader = $"{_options.Reader.Fingerprint}, data checked {_options.Reader.Options.CheckJpegData}",
            NumberFormat = $"{_backbone.Precision} on {_options.Device.type}", // whose arithmetic rounds otherwise
            Boundary = _backbone.Info.Head,
            FeaturesPerImage = _backbone.Info.FeatureSize,
        };
        return known && _options.Features.Views > 0 ? _store.Open(key) : _store.OpenInMemory(key);
    }
}
