using TransferLearning.Data;
using TransferLearning.Freezing;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Training.SolvedHeads;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>Finds all problems of a set of options at once.</summary>
internal static class TrainerOptionsValidator
{
    public static IReadOnlyList<string> FindProblems(TrainerOptions options) => options.Data is null
        ? ["There are no images to learn from: say .On(ImageFolder.Open(folder)) before .Build()."]
        : [.. FindAllProblems(options)];

    private static IEnumerable<string> FindAllProblems(TrainerOptions options)
    {
        bool isSolved = options.HeadStart is { Solver: not null, IsOptional: false };
        if (options.Epochs < 0 || options.Epochs == 0 && !isSolved)
        {
            string least = isSolved ? "0" : "1";
            yield return $"The number of epochs must be at least {least}; it is {options.Epochs}.";
        }
        if (options.BatchSize < 1)
            yield return $"The batch size must be at least 1; it is {options.BatchSize}.";
        if (options.Patience < 1)
            yield return $"The patience must be at least 1 epoch; it is {options.Patience}.";
        if (options.Workers < 0)
            yield return $"The number of loader workers must be at least 0; it is {options.Workers}.";
        if (options.ImageCacheBytes < 0)
            yield return $"The memory for cached images must be at least 0 bytes; it is {options.ImageCacheBytes}.";
        if (!Enum.IsDefined(options.Precision))
        {
            yield return $"The precision must be {nameof(ComputePrecision.Auto)}, {nameof(ComputePrecision.Float32)} or " +
                $"{nameof(ComputePrecision.BFloat16)}; it is {options.Precision}.";
        }
        if (!Enum.IsDefined(options.BatchNorm))
            yield return $"The batch-norm mode must be {nameof(BatchNormMode.Frozen)} or {nameof(BatchNormMode.Trained)}; it is {options.BatchNorm}.";
        if (options.TorchThreads < 1)
            yield return $"The number of torch threads must be at least 1; it is {options.TorchThreads}.";
        if (ComputeDevice.FindProblem(options.Device) is { } device)
            yield return device;
        if (!options.Backbone.Info.TakesColor)
        {
            yield return $"The network must take images of {PixelBuffer.Channels} channels, as photographs have; " +
                $"{options.Backbone.Info.Name} takes {options.Backbone.Info.Channels}.";
        }
        if (options.Augmentation?.Statistics is { } statistics && statistics != options.EvaluationPreprocessing.Statistics)
        {
            yield return $"The augmentation normalizes with {statistics}, validation and prediction with " +
                $"{options.EvaluationPreprocessing.Statistics}: the network would be validated on other inputs than it is trained on. Leave " +
                $"{nameof(TransformPipeline.Normalize)} out of {nameof(TrainerBuilder.Augment)}, and set the statistics with " +
                $"{nameof(TrainerBuilder.Preprocess)}.";
        }

        var network = new Lazy<NetworkOutline>(() => NetworkOutline.Of(options.Backbone, asksForHead: isSolved));
        foreach (string problem in TechniqueProblems.Find(options, ParameterNames(network)))
            yield return problem;
        foreach (string problem in Freezer.FindProblems(options.Freeze, options.Backbone.Info, ParameterNames(network)))
            yield return problem;

        foreach (string problem in MetricTallies.FindRepeated(options.Metrics))
            yield return problem;
        string[] measured = [.. options.Metrics.Append(Metric.Loss).Select(metric => metric.Name).Distinct()];
        if (!measured.Contains(options.Best.Name))
        {
            yield return $"The best epoch is chosen by '{options.Best.Name}', which is not measured. " +
                $"{NearestName.Question(options.Best.Name, measured)}Measured: {string.Join(", ", measured)}.";
        }

        foreach (string problem in options.Schedule.FindProblems(options.Epochs, measured))
            yield return problem;

        foreach ((string role, IDatasetSource source) in new[] { ("training", options.Data.Training), ("validation", options.Data.Validation) })
        {
            if (source.Samples.Count == 0)
                yield return $"There are no {role} images.";
        }
        int outputs = options.Task.GetOutputCount(options.Data.Classes);
        foreach (string problem in options.Task.FindProblems(options.Data))
            yield return problem;
        foreach (string problem in options.Task.FindProblems(options.Loss, outputs, options.Data.Training))
            yield return problem;
        foreach (string problem in options.Sampler.FindProblems(options.Data.Training.Samples))
            yield return problem;
        foreach (string problem in options.Task.FindProblems(options.Metrics, outputs))
            yield return problem;
        foreach (string problem in options.BatchTransforms.SelectMany(transform => transform.FindProblems(options.Task)))
            yield return problem;
        foreach (string problem in SolvedHeadValidator.FindProblems(options, outputs, network))
            yield return problem;
    }

    private static IEnumerable<string> ParameterNames(Lazy<NetworkOutline> network)
    {
        foreach (string name in network.Value.ParameterNames)
            yield return name;
    }
}

/// <summary>What is asked of a network before a fit, which builds it without its weights.</summary>
/// <param name="ParameterNames">The full names of its parameters.</param>
/// <param name="HasLinearHead">Whether its head can be solved; false if that was not asked.</param>
internal sealed record NetworkOutline(IReadOnlyList<string> ParameterNames, bool HasLinearHead)
{
    public static NetworkOutline Of(PretrainedBackbone pretrained, bool asksForHead)
    {
        TorchRuntime.EnsureAvailable();
        nn.Module<Tensor, Tensor> network = Layer.WithoutValues(pretrained.Build);
        try
        {
            return new NetworkOutline(
                [.. network.named_parameters().Select(entry => entry.name)],
                asksForHead && new Backbone(network, pretrained.Info, pretrained.Head).HasLinearHead);
        }
        finally
        {
            NativeModules.Dispose(network);
        }
    }
}

/// <summary>The settings of a trainer contradict each other or the data; the message lists every problem.</summary>
public sealed class TrainerConfigurationException : Exception
{
    internal TrainerConfigurationException(IEnumerable<string> problems)
        : this([.. problems.Select(PrintableText.Of)])
    {
    }

    private TrainerConfigurationException(string[] problems)
        : base(problems.Length == 1
            ? problems[0]
            : $"The trainer cannot be built; {problems.Length} problems:{string.Concat(problems.Select(problem => $"{Environment.NewLine}- {problem}"))}") =>
        Problems = problems;

    /// <summary>The problems, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
