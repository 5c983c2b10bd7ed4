using Microsoft.Extensions.Logging;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Predictions;
using TransferLearning.Randomness;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Attacks;

/// <summary>The parts of a fit that users write, each as the library knows it, until its fault strikes.</summary>
internal static class FaultyParts
{
    public static readonly IReadOnlyList<(string Part, FitPhase[] Phases, FaultEffect[] Effects)> All =
    [
        ("source", [FitPhase.Features, FitPhase.Step, FitPhase.Validation], Values),
        ("decoder", [FitPhase.Features, FitPhase.Step, FitPhase.Validation], Values),
        ("transform", [FitPhase.Features, FitPhase.Step], Values),
        ("batch transform", [FitPhase.Features, FitPhase.Step], Values),
        ("sampler", [FitPhase.Features], Values),
        ("targets", [FitPhase.Features, FitPhase.Step, FitPhase.Validation], Values),
        ("outcome", [FitPhase.Step, FitPhase.Validation], Values),
        ("loss", [FitPhase.Step, FitPhase.Validation], Values),
        ("metric", [FitPhase.Features, FitPhase.Step, FitPhase.Validation], Values),
        ("step", [FitPhase.Step], Values),
        ("schedule", [FitPhase.Step], Values),
        ("evaluation weights", [FitPhase.Step, FitPhase.Validation], Values),
        ("observer", [FitPhase.Start, FitPhase.Features, FitPhase.Step, FitPhase.Validation, FitPhase.EpochEnd, FitPhase.FitEnd], Acts),
        ("progress", [FitPhase.Features, FitPhase.Step, FitPhase.EpochEnd], Acts),
        ("logger", [FitPhase.Start, FitPhase.Step, FitPhase.EpochEnd, FitPhase.FitEnd], Acts),
    ];

    private static FaultEffect[] Acts => [FaultEffect.Throws, FaultEffect.ThrowsAsIfCancelled, FaultEffect.Cancels, FaultEffect.Stops];

    private static FaultEffect[] Values =>
        [FaultEffect.Throws, FaultEffect.ThrowsAsIfCancelled, FaultEffect.Cancels, FaultEffect.Null, FaultEffect.NaN, FaultEffect.WrongShape];

    public static Tensor? Instead(FaultEffect effect, Tensor right) => effect switch
    {
        FaultEffect.Null => null,
        FaultEffect.NaN => full(right.shape, double.NaN, right.is_floating_point() ? right.dtype : ScalarType.Float32),
        _ => zeros([.. right.shape, 2], right.dtype),
    };

    public sealed class Source(IDatasetSource images, Fault fault) : IDatasetSource
    {
        public IReadOnlyList<string> Classes => images.Classes;

        public IReadOnlyList<Sample> Samples => images.Samples;

        public ReadOnlyMemory<byte> Load(int index) => fault.Strike("source") switch
        {
            null => images.Load(index),
            FaultEffect.Null => default,
            FaultEffect.NaN => new RandomStream(index).Bytes(500),
            _ => DrawnImage.Png(1, 1),
        };
    }

    public sealed class Decoder(Fault fault) : IImageDecoder
    {
        private readonly SkiaImageDecoder _decoder = new();

        public string Identifier => _decoder.Identifier;

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
        {
            bool isRead = _decoder.TryReadHeader(encoded, out header);
            switch (fault.Strike("decoder"))
            {
                case FaultEffect.Null:
                    header = default;
                    return true;
                case FaultEffect.NaN:
                    header = header with { Width = -5, Format = null! };
                    return true;
                case FaultEffect.WrongShape:
                    header = header with { Width = header.Width + 7, Height = header.Height / 2 };
                    return true;
                default:
                    return isRead;
            }
        }

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination) => _decoder.Decode(encoded, destination);
    }

    public static PixelBuffer Transform(PixelBuffer image, Fault fault) => fault.Strike("transform") switch
    {
        null => image,
        FaultEffect.Null => null!,
        FaultEffect.NaN => new PixelBuffer(image.Width, image.Height),
        _ => new PixelBuffer(image.Width + 3, image.Height / 2),
    };

    public sealed class BatchTransform(Fault fault) : IBatchTransform
    {
        public bool WorksOnFeatures => true;

        public Batch Apply(Batch batch, BatchTransformContext context)
        {
            if (fault.Strike("batch transform") is not { } effect)
                return batch;
            return effect == FaultEffect.Null ? null! : batch.With(Instead(effect, batch.Images)!, batch.Targets.alias());
        }
    }

    public sealed class Sampler(Fault fault) : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random) => fault.Strike("sampler") switch
        {
            null => [.. Enumerable.Range(0, samples.Count)],
            FaultEffect.Null => null!,
            FaultEffect.NaN => [],
            _ => [.. Enumerable.Repeat(-1, samples.Count - 1), samples.Count],
        };
    }

    public sealed class Task(Fault fault) : LearningTask
    {
        public override string Identifier => "faulty";

        public override ILoss DefaultLoss => Classification.DefaultLoss;

        public override IReadOnlyList<TransferLearning.Metric> DefaultMetrics => Classification.DefaultMetrics;

        public override OutputReading Reading => Classification.Reading;

        public override IEnumerable<string> FindProblems(DatasetSplit data) => Classification.FindProblems(data);

        public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names)
        {
            Tensor targets = Classification.Encode(samples, names);
            return fault.Strike("targets") is { } effect ? Instead(effect, targets)! : targets;
        }

        public override BatchOutcome GetOutcome(Tensor output, Tensor labels, double loss, int count) => fault.Strike("outcome") switch
        {
            null => base.GetOutcome(output, labels, loss, count),
            FaultEffect.Null => null!,
            FaultEffect.NaN => base.GetOutcome(full_like(output, double.NaN), labels, double.NaN, count),
            _ => base.GetOutcome(zeros(1, 2, 3), labels, loss, -count),
        };
    }

    public sealed class Loss(Fault fault) : ILoss
    {
        private readonly ILoss _loss = Losses.CrossEntropy();

        public Tensor Compute(LossContext context)
        {
            Tensor loss = _loss.Compute(context);
            return fault.Strike("loss") switch
            {
                null => loss,
                FaultEffect.Null => null!,
                FaultEffect.NaN => loss.mul(context.Output.mean()) / zeros(1),
                _ => context.Output.mul(context.Output),
            };
        }
    }

    public sealed class Metric(Fault fault) : TransferLearning.Metric("faulty", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally CreateTally() => new Tally(fault);

        private sealed class Tally(Fault fault) : IMetricTally
        {
            private double _value = 0.5;

            public double Value => _value;

            public void Add(BatchOutcome outcome) => _value = fault.Strike("metric") switch
            {
                null => _value,
                FaultEffect.NaN => double.NaN,
                FaultEffect.Null => double.NegativeInfinity,
                _ => double.MaxValue,
            };
        }
    }

    public sealed class Step(StepContext context, Fault fault) : ITrainingStep
    {
        public BatchOutcome Run(Batch batch, TrainingPosition position)
        {
            fault.Phase = FitPhase.Step;
            ForwardPass pass = context.Forward(batch, position);
            context.Optimizer.ZeroGradients();
            pass.Loss.backward();
            context.Optimizer.Step(context.GetLearningRate(position));
            return fault.Strike("step") switch
            {
                null => pass.Outcome,
                FaultEffect.Null => null!,
                FaultEffect.NaN => new BatchOutcome { Output = pass.Outcome.Output, Labels = pass.Outcome.Labels, Loss = double.NaN, Count = 0 },
                _ => new BatchOutcome { Output = zeros(1), Labels = zeros(2, 2), Loss = 1, Count = 3 },
            };
        }
    }

    public sealed class Schedule(Fault fault) : ILearningRateSchedule
    {
        public double GetFactor(ScheduleContext context) => fault.Strike("schedule") switch
        {
            null => 1,
            FaultEffect.NaN => double.NaN,
            FaultEffect.Null => double.PositiveInfinity,
            _ => -1,
        };
    }

    public sealed class EvaluationWeights(Fault fault) : IEvaluationWeights
    {
        public void StepEnded(Backbone backbone, TrainingPosition position) => fault.Strike("evaluation weights");

        public IDisposable Use(Backbone backbone) => fault.Strike("evaluation weights") == FaultEffect.Null ? null! : no_grad();

        public void Dispose()
        {
        }
    }

    public sealed class Observer(Fault fault) : ITrainingObserver
    {
        public void FitStarting(TrainingRun run)
        {
            fault.Run = run;
            Act(FitPhase.Start, FitPhase.Features);
        }

        public void ImagesPrepared(int images, TrainingRun run) => Act(FitPhase.Features, FitPhase.Features);

        public void StepEnded(StepRecord step, TrainingRun run) =>
            Act(FitPhase.Step, step.Position.Step == step.Position.StepsPerEpoch ? FitPhase.Validation : FitPhase.Step);

        public void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run) => Act(FitPhase.Validation, FitPhase.Validation);

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            Act(FitPhase.EpochEnd, FitPhase.Features);
            fault.Epoch = Math.Min(epoch.Epoch + 1, run.Options.Epochs);
        }

        public void FitEnded(TrainingRun run) => Act(FitPhase.FitEnd, FitPhase.FitEnd);

        private void Act(FitPhase now, FitPhase next)
        {
            fault.Phase = now;
            fault.Strike("observer");
            fault.Phase = next;
        }
    }

    public sealed class Progress(Fault fault) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) =>
            fault.Strike("progress", value.Completed is not null ? FitPhase.EpochEnd : value.Step > 0 ? FitPhase.Step : FitPhase.Features);
    }

    public sealed class Logger(Fault fault) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string text = formatter(state, exception);
            fault.Strike("logger", text.StartsWith("Epoch", StringComparison.Ordinal) && logLevel > LogLevel.Debug ? FitPhase.EpochEnd
                : text.StartsWith("Fit ended", StringComparison.Ordinal) ? FitPhase.FitEnd
                : text.StartsWith("Fitting", StringComparison.Ordinal) ? FitPhase.Start : FitPhase.Step);
        }
    }
}
