using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>Outputs and labels of samples, one row each, in managed memory, so that any metric of any choice of them can be measured. Not thread-safe while
/// rows are added.</summary>
/// <remarks>Holds as many numbers as the network gave and labels there are; measuring makes tensors of at most a thousand rows at once.</remarks>
internal sealed class OutcomeRows
{
    private const int RowsAtOnce = 1000;

    private readonly List<float[]> _outputs = [];
    private readonly List<double[]> _labels = []; // class indices and float32 are exact in it
    private long[] _outputShape = [];
    private long[] _labelShape = [];
    private ScalarType _labelType;

    /// <summary>What labels say of an image; null where that is not known.</summary>
    public LabelKind? Labels { get; init; }

    public int Count => _outputs.Count;

    /// <summary>The outputs of a sample.</summary>
    public float[] GetOutputs(int row) => _outputs[row];

    /// <summary>The labels of a sample.</summary>
    public double[] GetLabels(int row) => _labels[row];

    public void Add(BatchOutcome outcome)
    {
        using var scope = NewDisposeScope();
        (_outputShape, _labelShape, _labelType) = (outcome.Output.shape[1..], outcome.Labels.shape[1..], outcome.Labels.dtype);
        float[] outputs = OutcomeTensors.Read(outcome.Output);
        double[] labels = outcome.Labels.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        _outputs.AddRange(outputs.Chunk(outputs.Length / outcome.Count));
        _labels.AddRange(labels.Chunk(labels.Length / outcome.Count));
    }

    /// <summary>The rows of all, one after the other.</summary>
    public static OutcomeRows Join(IEnumerable<OutcomeRows> parts)
    {
        OutcomeRows[] all = [.. parts];
        var joined = new OutcomeRows { Labels = all.FirstOrDefault()?.Labels };
        foreach (OutcomeRows part in all.Where(part => part.Count > 0))
        {
            bool isAlike = part._outputShape.AsSpan().SequenceEqual(joined._outputShape) && part._labelShape.AsSpan().SequenceEqual(joined._labelShape);
            if (joined.Count > 0 && !isAlike)
                throw new ArgumentException("The evaluations are of networks with different numbers of outputs.", nameof(parts));
            (joined._outputShape, joined._labelShape, joined._labelType) = (part._outputShape, part._labelShape, part._labelType);
            joined._outputs.AddRange(part._outputs);
            joined._labels.AddRange(part._labels);
        }
        return joined;
    }

    /// <summary>The same rows with each output divided by a temperature.</summary>
    public OutcomeRows DividedBy(double temperature)
    {
        var scaled = new OutcomeRows { Labels = Labels, _outputShape = _outputShape, _labelShape = _labelShape, _labelType = _labelType };
        scaled._outputs.AddRange(_outputs.Select(row => Array.ConvertAll(row, output => (float)(output / temperature))));
        scaled._labels.AddRange(_labels);
        return scaled;
    }

    /// <summary>A metric over some rows, or all.</summary>
    /// <exception cref="ArgumentException">The metric is the loss, which batches have and samples have not, or reads labels of another kind.</exception>
    public double Measure(Metric metric, IEnumerable<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (metric.Name == Metric.Loss.Name)
        {
            throw new ArgumentException(
                $"'{metric.Name}' is the mean of batches, and is not known of samples; measure {nameof(Metric.LogLoss)}, say.", nameof(metric));
        }
        if (Labels is { } given && metric.Labels is { } wanted && wanted != given)
            throw new ArgumentException($"The metric '{metric.Name}' measures {wanted}; the images have {given}.", nameof(metric));
        IMetricTally tally = metric.CreateTally();
        foreach (int[] chunk in (rows ?? Enumerable.Range(0, Count)).Chunk(RowsAtOnce))
        {
            using var scope = NewDisposeScope();
            tally.Add(new BatchOutcome
            {
                Output = tensor((float[])[.. chunk.SelectMany(row => _outputs[row])], [chunk.Length, .. _outputShape]),
                Labels = tensor((double[])[.. chunk.SelectMany(row => _labels[row])], [chunk.Length, .. _labelShape]).to(_labelType),
                Loss = double.NaN,
                Count = chunk.Length,
            });
        }
        return tally.Value;
    }
}
