using System.Runtime.InteropServices;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Heads;
using TransferLearning.Inference;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Training.SolvedHeads;

/// <summary>Solves the head of a fit on the features of its training images and, where there are any, on the sums of earlier ones.</summary>
/// <param name="options">The settings of the fit.</param>
/// <param name="backbone">The network; borrowed, and not changed but for its head.</param>
/// <param name="sources">The features; borrowed.</param>
internal sealed class HeadFit(TrainerOptions options, Backbone backbone, HeadSources sources)
{
    /// <summary>Solves the head and puts it into the network.</summary>
    /// <returns>The solution; with its sums, if they are to be kept.</returns>
    /// <exception cref="Models.ModelFileException">The earlier images were seen by another network, or otherwise.</exception>
    public HeadSolution Apply(IHeadSolver solver, CancellationToken cancellationToken)
    {
        HeadSolution solution = Solve(solver, cancellationToken);
        backbone.SetHead(solution.Weights, solution.Bias);
        return solution;
    }

    private HeadSolution Solve(IHeadSolver solver, CancellationToken cancellationToken)
    {
        HeadKey key = KeyOf();
        options.Earlier?.Require(key);
        HeadProblem problem = Read(cancellationToken);
        HeadStatistics? statistics = options.KeepHeadStatistics || options.Earlier is not null ? HeadStatistics.Of(problem) with { Key = key } : null;
        HeadSolution? solution;
        cancellationToken.ThrowIfCancellationRequested();
        if (options.Earlier is { } earlier)
        {
            statistics = earlier.StatisticsFor(options).Plus(statistics!);
            var incremental = (IIncrementalHeadSolver)solver; // as the options were checked
            solution = PredictorLoader.Usable(earlier.Path,
                () => incremental.Solve(statistics, earlier.Choice)?.Checked(backbone.OutputCount, backbone.Info.FeatureSize));
        }
        else
        {
            solution = solver.Solve(problem, cancellationToken);
        }
        solution = solution?.Checked(backbone.OutputCount, backbone.Info.FeatureSize) ?? throw new InvalidOperationException($"'{solver.Name}' gave no head.");
        return solution with { Statistics = options.KeepHeadStatistics ? statistics : null };
    }

    /// <summary>What a task's encoded targets are.</summary>
    public static LabelKind LabelsOf(LearningTask task, IDatasetSource source)
    {
        if (task.Labels is { } labels && labels == LabelKind.Classes)
            return labels;
        using Tensor first = task.Encode([source.Samples[0]], source.Classes);
        return first.dtype == ScalarType.Int64 ? LabelKind.Class : LabelKind.Numbers;
    }

    private HeadKey KeyOf()
    {
        string decoder = $"{options.Reader.Reading.Decoder}, EXIF {options.Reader.Reading.ApplyExifOrientation}";
        string preparation = $"{TransformPipeline.ForEvaluation(options.EvaluationPreprocessing).Fingerprint}".Replace("\n", ", ", StringComparison.Ordinal);
        return new HeadKey($"{backbone.Info.Name} {sources.Network}", sources.Weights, preparation, decoder, $"{backbone.Precision}");
    }

    private HeadProblem Read(CancellationToken cancellationToken)
    {
        LabelKind labels = LabelsOf(options.Task, options.Data.Training);
        var features = new List<double[]>();
        var targets = new List<double[]>();
        var images = new List<int>();
        for (int view = 1; view <= sources.Views; view++)
        {
            foreach (Batch batch in sources.Training.GetBatches(view, cancellationToken))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    features.AddRange(Rows(batch.Images));
                    targets.AddRange(labels == LabelKind.Class ? batch.Targets.data<long>().Select(OneHot) : Rows(batch.Targets.to(ScalarType.Float32)));
                    images.AddRange(batch.Indices);
                }
            }
        }
        return new HeadProblem
        {
            Features = [.. features],
            Targets = [.. targets],
            Labels = labels,
            Images = sources.Views > 1 ? [.. images] : null,
            Samples = [.. images.Select(image => options.Data.Training.Samples[image])],
            Seed = options.Seed,
        };
    }

    private double[] OneHot(long index)
    {
        if (index < 0 || index >= backbone.OutputCount)
            throw new InvalidOperationException($"The task '{options.Task.Identifier}' encodes class {index}; the head has {backbone.OutputCount} outputs.");
        double[] row = new double[backbone.OutputCount];
        row[index] = 1;
        return row;
    }

    private static IEnumerable<double[]> Rows(Tensor batch)
    {
        if (batch.dim() != 2)
            throw new InvalidOperationException($"A head is solved on features and targets [N, size]; found {ShapeText.Of(batch.shape)}.");
        float[] values = MemoryMarshal.Cast<byte, float>(batch.contiguous().bytes).ToArray();
        return values.Chunk((int)batch.shape[1]).Select(row => Array.ConvertAll(row, value => (double)value));
    }
}
