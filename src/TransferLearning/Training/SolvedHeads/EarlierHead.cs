using TransferLearning.Data;
using TransferLearning.Heads;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Native;
using TransferLearning.Predictions;
using TransferLearning.Transforms;

namespace TransferLearning.Training.SolvedHeads;

/// <summary>A model's head with the statistics of its images.</summary>
/// <param name="Path">The model file.</param>
/// <param name="Classes">The names of its outputs.</param>
/// <param name="Statistics">The sums over its images.</param>
/// <param name="Choice">What its solver chose.</param>
/// <param name="Reading">How its outputs are read, with its temperature and thresholds.</param>
/// <param name="Views">The views that its predictions are averaged over.</param>
internal sealed record EarlierHead(
    string Path, IReadOnlyList<string> Classes, HeadStatistics Statistics, HeadChoice Choice, OutputReading Reading, TestTimeAugmentation Views)
{
    /// <summary>The options that add images to the head of a model file.</summary>
    /// <exception cref="ModelFileException">The file is damaged or no model, has no statistics, or needs a part that was not supplied.</exception>
    public static TrainerOptions Open(string path, PredictorOptions options, IIncrementalHeadSolver? own, DatasetSplit data)
    {
        (ModelMetadata metadata, HeadStatistics statistics) = Read(path);
        return PredictorLoader.Usable(path, () =>
        {
            (HeadChoice choice, _, _) = HeadSettings.Read(metadata.Head!);
            IHeadSolver solver = metadata.Head!.FindIn<IIncrementalHeadSolver>(
                own is null ? HeadSolvers.Incremental : [own], "head solver", known => known.Name);
            LearningTask task = metadata.Task.FindIn([.. options.Tasks, .. LearningTask.BuiltIn], "task", known => known.Identifier)
                .WithSettings(metadata.Task.Settings);
            OutputReading reading = metadata.Reading.FindIn([.. options.Readings, task.Reading, .. OutputReading.BuiltIn], "reading", known => known.Identifier)
                .WithSettings(metadata.Reading.Settings);
            return TrainerOptions.ForSolvingTheHead((options.Backbone ?? PredictorLoader.Known(metadata, path)).WithWeights(path), data) with
            {
                HeadStart = HeadStart.Solved(solver),
                KeepHeadStatistics = true,
                Earlier = new EarlierHead(path, metadata.Classes, statistics, choice, reading, metadata.TestTimeAugmentation),
                Preprocessing = metadata.Preprocessing,
                Precision = metadata.Precision,
                Reader = ImageReader.From(metadata.Images, [.. options.Decoders, new SkiaImageDecoder()], options.MaximumPixels),
                Task = task,
                Device = options.Device ?? ComputeDevice.Default,
            };
        });
    }

    /// <summary>Data whose classes are those of the model, and behind them new ones.</summary>
    /// <exception cref="ModelFileException">Each class has a threshold, and a new one would have none.</exception>
    public DatasetSplit Extend(DatasetSplit data)
    {
        string[] added = [.. data.Classes.Except(Classes)], classes = [.. Classes, .. added];
        if (added.Length > 0 && Reading is IThresholdReading { Thresholds.Count: > 1 })
        {
            throw new ModelFileException(Path, $"has a threshold for each of its {Classes.Count} classes, and none for {string.Join(", ", added)}: load it, "
                + $"give one for all with {nameof(Predictor.UseThresholds)}, save it, and extend that; then choose thresholds for all classes.");
        }
        return new DatasetSplit(ExtendedClasses.Of(data.Training, classes), ExtendedClasses.Of(data.Validation, classes)) { Skipped = data.Skipped };
    }

    /// <exception cref="ModelFileException">The features of the earlier images were computed otherwise.</exception>
    public void Require(HeadKey now)
    {
        if (Statistics.Key!.DifferenceFrom(now) is { } difference)
            throw new ModelFileException(Path, $"has statistics {difference}; new images must be seen as those were, or all of them again.");
    }

    /// <summary>The sums of the earlier images, with outputs for new classes.</summary>
    /// <exception cref="ModelFileException">The task has outputs that are not its classes, and there are new ones.</exception>
    public HeadStatistics StatisticsFor(TrainerOptions options)
    {
        int before = Statistics.TargetSums.Length;
        int now = options.Task.GetOutputCount(options.Data.Classes);
        LabelKind labels = HeadFit.LabelsOf(options.Task, options.Data.Training);
        if (labels != Statistics.Labels)
            throw new ModelFileException(Path, $"has statistics of {Statistics.Labels}; the new images have {labels}.");
        bool isByClass = before == Classes.Count && now == options.Data.Classes.Count && labels != LabelKind.Numbers;
        if (now != before && !isByClass)
            throw new ModelFileException(Path, $"has a head of {before} outputs, which cannot become {now}: only classes can be added.");
        return Statistics.WithOutputs([.. Enumerable.Range(0, now).Select(output => output < before ? output : -1)]);
    }

    private static (ModelMetadata, HeadStatistics) Read(string path)
    {
        using FileStream stream = RegularFile.Open(path);
        return PredictorLoader.ReadStatistics(stream, path);
    }
}

/// <summary>A source whose class indices, or numbers, go by another list of names, which has all of its own.</summary>
internal sealed class ExtendedClasses : IDatasetSource
{
    private readonly IDatasetSource _source;

    private ExtendedClasses(IDatasetSource source, string[] classes)
    {
        _source = source;
        Classes = classes;
        string[] own = [.. source.Classes];
        int[] positions = Array.ConvertAll(own, name => Array.IndexOf(classes, name));
        int[] sources = Array.ConvertAll(classes, name => Array.IndexOf(own, name));
        Samples = [.. source.Samples.Select(sample => sample with { Target = Move(sample.Target, positions, sources) })];
    }

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<Sample> Samples { get; }

    public static IDatasetSource Of(IDatasetSource source, string[] classes) =>
        source.Classes.SequenceEqual(classes) ? source : new ExtendedClasses(source, classes);

    public ReadOnlyMemory<byte> Load(int index) => _source.Load(index);

    // An index that is none, or numbers for other names, stay: the task says what is wrong with them.
    private static Target Move(Target target, int[] positions, int[] sources)
    {
        return target switch
        {
            ClassTarget one => one with { Index = To(one.Index) },
            LabelsTarget labels => new LabelsTarget(labels.Indices.Select(To)),
            ValuesTarget values when values.Numbers.Count == sources.Length && Array.TrueForAll(sources, index => index >= 0) =>
                Target.Values(sources.Select(index => values.Numbers[index])),
            _ => target,
        };

        int To(int index) => index >= 0 && index < positions.Length ? positions[index] : -1;
    }
}
