using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>The outputs of a batch and a label for each of them, checked and in managed memory: 0 or 1 for each class, or the true values.</summary>
public sealed class ValueOutcomes
{
    private readonly float[] _outputs;
    private readonly float[] _labels;

    private ValueOutcomes(float[] outputs, float[] labels, int columns)
    {
        _outputs = outputs;
        _labels = labels;
        Columns = columns;
    }

    /// <summary>How many samples there are.</summary>
    public int Count => _outputs.Length / Columns;

    /// <summary>How many outputs a sample has.</summary>
    public int Columns { get; }

    /// <summary>What the network gave for a sample.</summary>
    /// <param name="row">The sample's position in the batch.</param>
    /// <returns>One number for each column.</returns>
    public ReadOnlySpan<float> Outputs(int row) => _outputs.AsSpan(row * Columns, Columns);

    /// <summary>What it should have given.</summary>
    /// <param name="row">The sample's position in the batch.</param>
    /// <returns>One number for each column.</returns>
    public ReadOnlySpan<float> Labels(int row) => _labels.AsSpan(row * Columns, Columns);

    internal static ValueOutcomes Read(Tensor output, Tensor labels)
    {
        OutcomeTensors.CheckOutput(output);
        ArgumentNullException.ThrowIfNull(labels);
        if (!labels.is_floating_point() || !labels.shape.AsSpan().SequenceEqual(output.shape))
            throw new ArgumentException($"The labels must be floating point {ShapeText.Of(output.shape)}, one for each output; they are {OutcomeTensors.Describe(labels)}.", nameof(labels));

        var batch = new ValueOutcomes(OutcomeTensors.Floats(output), OutcomeTensors.Floats(labels), checked((int)output.shape[1]));
        OutcomeTensors.RefuseNaN(batch._outputs, batch.Columns);
        return batch;
    }
}
