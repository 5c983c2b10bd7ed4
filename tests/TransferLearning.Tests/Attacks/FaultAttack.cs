using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Attacks;

/// <summary>
/// Every part of a fit that users write throws, gives nothing, NaN or wrong shapes, cancels, or asks to stop, in every phase in which it is
/// used: what comes out is its own exception or a documented one, and no file is left half-written.
/// </summary>
internal sealed class FaultAttack : AttackKind
{
    private const int Fits = 3;
    private const int Epochs = 2;

    private static readonly DatasetSplit _images = ToyImages.Split(trainingEach: 4, validationEach: 2);

    private static readonly (string Part, FitPhase Phase, FaultEffect Effect)[] _faults =
    [
        .. from part in FaultyParts.All
           from phase in part.Phases
           from effect in part.Effects
           select (part.Part, phase, effect),
    ];

    private readonly TemporaryFolder _folder = new();
    private int _made;

    public override long MemoryBound => 128L << 20;

    /// <summary>Each fault in fits of several kinds, in either epoch.</summary>
    public override int? Count => _faults.Length * Fits * Epochs;

    public override Attack Make(long seed, int number)
    {
        // Neighboring numbers differ in kind of fit and epoch, so that a share of the cases has them all.
        (string part, FitPhase phase, FaultEffect effect) = _faults[number % _faults.Length];
        int round = (number / _faults.Length + number) % (Fits * Epochs);
        int workers = new RandomStream(seed, number).NextInt32(3);
        string[] fits = ["fine-tuning", "a frozen backbone first", "feature extraction"];
        return new Attack($"the {part} {effect} in {phase}, {fits[round % Fits]}, epoch {1 + round / Fits}, {workers} workers", () =>
        {
            using var fault = new Fault(part, phase, effect, epoch: 1 + round / Fits);
            string folder = _folder.File($"{_made++}");
            try
            {
                Fit(fault, round % Fits, workers, folder);
            }
            finally
            {
                CheckFiles(folder);
            }
        });
    }

    public override bool IsDocumented(Exception error) => error is FaultyFitException;

    public override void Dispose() => _folder.Dispose();

    private static void Fit(Fault fault, int kind, int workers, string folder)
    {
        try
        {
            using TrainingResult result = Builder(fault, kind)
                .On(new DatasetSplit(new FaultyParts.Source(_images.Training, fault), new FaultyParts.Source(_images.Validation, fault)))
                .For(Epochs, batchSize: 5).RunOn(torchThreads: 1, workers: workers).Seed(1)
                .DecodeWith(new ImageReader(new FaultyParts.Decoder(fault)))
                .Augment(images => images.Resize(SmallNetwork.Side).Then((image, _) => FaultyParts.Transform(image, fault)))
                .TransformBatches(new FaultyParts.BatchTransform(fault))
                .SampleWith(new FaultyParts.Sampler(fault))
                .Learn(new FaultyParts.Task(fault)).Minimize(new FaultyParts.Loss(fault))
                .Measure(Metric.Accuracy, new FaultyParts.Metric(fault)).KeepBest(Metric.Accuracy, Path.Combine(folder, "best"))
                .StepWith(context => new FaultyParts.Step(context, fault)).Schedule(new FaultyParts.Schedule(fault))
                .EvaluateWith(() => new FaultyParts.EvaluationWeights(fault))
                .Observe(() => new FaultyParts.Observer(fault)).LogTo(new FaultyParts.Logger(fault))
                .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = Path.Combine(folder, "features") } })
                .Build().Fit(new FaultyParts.Progress(fault), fault.Cancellation);
            if (fault is { HasStruck: true, Effect: FaultEffect.Throws, MayBeAskedAgain: false })
                throw new AttackFailedException("what the part threw was lost");
            if (fault is { HasStruck: true, Effect: FaultEffect.Cancels } && result.Outcome == TrainingOutcome.StoppedEarly)
                throw new AttackFailedException("a cancelled fit says that it was stopped early");
            Finite.Check(result.Model.Predict(_images.Validation.Load(0).Span));
        }
        catch (Exception error) when (IsExpected(error, fault))
        {
            throw new FaultyFitException(error);
        }
    }

    private static TrainerBuilder Builder(Fault fault, int kind) => kind switch
    {
        0 => Trainer.FineTune(SmallNetwork.Pretrained()),
        1 => Trainer.FineTune(StagedSmallNetwork.Pretrained()).Freeze(FreezePolicy.Backbone.ForEpochs(1)),
        _ => Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()),
    };

    private static bool IsExpected(Exception error, Fault fault) => fault.Effect switch
    {
        FaultEffect.Throws or FaultEffect.ThrowsAsIfCancelled => error == fault.Thrown || (error is TransformException or SampleLoadException && fault.IsCauseOf(error)),
        FaultEffect.Cancels => error is OperationCanceledException,
        FaultEffect.Stops => false,
        _ => error is TrainingDivergedException or TransformException or ImageFormatException or InvalidDataException or ArgumentException
            || error.GetType() == typeof(InvalidOperationException),
    };

    private static void CheckFiles(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(file) is ".partial")
                throw new AttackFailedException($"left '{Path.GetFileName(file)}' half-written");
            if (Path.GetExtension(file) is ".tlmodel")
                CheckModel(file);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static void CheckModel(string file)
    {
        foreach (PretrainedBackbone backbone in new[] { SmallNetwork.Pretrained(), StagedSmallNetwork.Pretrained() })
        {
            try
            {
                using Predictor predictor = Predictor.Load(file, new PredictorOptions { Backbone = backbone, Tasks = [] });
                return;
            }
            catch (ModelFileException) when (backbone.Info.Name != StagedSmallNetwork.Info.Name)
            {
                // It is the other network's.
            }
        }
    }

    /// <summary>The fit ended as expected, which only the fault can tell.</summary>
    private sealed class FaultyFitException(Exception cause) : Exception(cause.Message, cause);
}
