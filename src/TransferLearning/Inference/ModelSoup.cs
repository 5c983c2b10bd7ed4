using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Averages the weights of several models into one, which costs no more than one of them.</summary>
public static class ModelSoup
{
    /// <summary>Averages weights greedily: from the best model on, in the order of a validation metric, each model is added to the mean and kept if the metric
    /// does not fall.</summary>
    /// <remarks>
    /// <para>M. Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time", ICML 2022.
    /// On the validation images the soup is never worse than the best model. The models must have been fine-tuned from the same weights, which cannot be
    /// checked; the mean of others is rejected by the metric.</para>
    /// <para>The soup takes the candidates over: the best of them becomes the soup, the others are disposed. If this throws, they are as before, and the
    /// caller's. Do not use them meanwhile.</para>
    /// </remarks>
    /// <param name="candidates">2 to 32 models of one network, task, preprocessing, views and reading, with the same classes in the same order.</param>
    /// <param name="validation">Labeled images that were not trained on, and on which the soup is not reported.</param>
    /// <param name="metric">What must not fall; of equally good candidates, the earlier is taken first.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <param name="cancellationToken">Cancels between evaluations.</param>
    /// <returns>The model, and which candidates are in it.</returns>
    /// <exception cref="ArgumentException">There are fewer or more candidates, one is null, comes twice or is an ensemble, they differ in more than their
    /// weights, or in batch-norm statistics; the message says in what. Or the images or the metric do not suit them, or the metric is NaN for all.</exception>
    /// <exception cref="ObjectDisposedException">A candidate was disposed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static GreedySoup Greedy(
        IEnumerable<Predictor> candidates, IDatasetSource validation, Metric metric, int batchSize = 16, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(metric);
        Predictor[] all = AlikeModels.Require(candidates, "candidate", nameof(candidates));
        RequireSameReadings(all);
        double[] values = [.. all.Select(candidate => Measure(candidate)[metric])];
        int[] order = [.. Enumerable.Range(0, all.Length).Order(Comparer<int>.Create((one, other) =>
            metric.IsBetter(values[one], values[other]) ? -1 : metric.IsBetter(values[other], values[one]) ? 1 : one.CompareTo(other)))];
        if (double.IsNaN(values[order[0]]))
            throw new ArgumentException($"The metric '{metric.Name}' is NaN for every candidate; choose another or more images.", nameof(metric));

        Predictor model = all[order[0]];
        List<int> taken = [order[0]];
        MetricValues? measured = null;
        using WeightSum best = model.Use(backbone => WeightSum.Of(backbone.Network));
        WeightSum sum = best;
        try
        {
            foreach (int index in order[1..])
            {
                WeightSum trial = all[index].Use(backbone => sum.Plus(backbone.Network));
                WeightSum rejected = trial;
                try
                {
                    model.ChangeWeights(backbone => trial.CopyMeanTo(backbone.Network));
                    MetricValues found = Measure(model);
                    if (double.IsNaN(found[metric]) || metric.IsBetter(measured?[metric] ?? values[order[0]], found[metric]))
                        continue;
                    (rejected, sum, measured) = (sum, trial, found);
                    taken.Add(index);
                }
                finally
                {
                    if (rejected != best)
                        rejected.Dispose();
                }
            }
            model.ChangeWeights(backbone => sum.CopyMeanTo(backbone.Network));
        }
        catch
        {
            model.ChangeWeights(backbone => best.CopyMeanTo(backbone.Network));
            throw;
        }
        finally
        {
            sum.Dispose();
        }

        if (measured is not null)
            model.DescribeWeights(measured);
        foreach (int index in order[1..])
            all[index].Dispose();
        return new GreedySoup { Model = model, Taken = taken, Values = values, Before = values[order[0]], After = measured?[metric] ?? values[order[0]] };

        MetricValues Measure(Predictor candidate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return candidate.Evaluate(validation, batchSize, metric).Metrics;
        }
    }

    private static void RequireSameReadings(Predictor[] all)
    {
        Dictionary<string, string>[] buffers = [.. all.Select(candidate => candidate.Use(BuffersOf))];
        for (int index = 1; index < all.Length; index++)
        {
            if (all[index].Metadata.Reading != all[0].Metadata.Reading)
                throw AlikeModels.Refused("candidate", index, "reads its outputs by other settings, such as a temperature", "candidates");
            if (buffers[0].FirstOrDefault(buffer => buffers[index][buffer.Key] != buffer.Value).Key is { } name)
            {
                throw AlikeModels.Refused(
                    "candidate", index, $"has other statistics in '{name}', which have no mean: train with frozen batch norm, the default", "candidates");
            }
        }
    }

    // The statistics of batch norms above all; counters of batches are of no use to predictions.
    private static Dictionary<string, string> BuffersOf(Backbone backbone) => backbone.Network.named_buffers()
        .Where(buffer => is_floating_point(buffer.buffer.dtype))
        .ToDictionary(buffer => buffer.name, buffer => WeightsChecksum.Of("", [(buffer.name, buffer.buffer)]));
}

/// <summary>A model of averaged weights. Immutable, but for the model.</summary>
public sealed record GreedySoup
{
    /// <summary>The model; the caller disposes it.</summary>
    public required Predictor Model { get; init; }

    /// <summary>The candidates in it, by their index, in the order in which they were added.</summary>
    public required IReadOnlyList<int> Taken { get; init; }

    /// <summary>The metric of each candidate alone.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>The metric of the best candidate.</summary>
    public required double Before { get; init; }

    /// <summary>The metric of the soup on the same images, on which it was chosen: optimistic, as the best of several is.</summary>
    public required double After { get; init; }

    /// <summary>How many candidates were taken, and the metric before and after.</summary>
    public override string ToString() => FormattableString.Invariant($"{Taken.Count} of {Values.Count} models: {Before:0.####} before, {After:0.####} after");
}
