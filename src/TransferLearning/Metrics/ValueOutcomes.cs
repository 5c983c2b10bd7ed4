using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>The outputs of a batch and a label for each of them, 0 or 1 for each class or the true values, checked and in managed memory; a row is a
/// sample's position in the batch.</summary>
public sealed class ValueOutcomes
{
    private readonly float[] _outputs;
    private readonly float[] _labels;

    internal ValueOutcomes(Tensor output, Tensor labels)
    {
        _outputs = OutcomeTensors.ReadOutput(output);
        ArgumentNullException.ThrowIfNull(labels);
        if (!labels.is_floating_point() || !labels.shape.AsSpan().SequenceEqual(output.shape))
            throw new ArgumentException(
                $"The labels must be floating point {ShapeText.Of(output.shape)}, one for each output; "
                + $"they are {OutcomeTensors.Describe(labels)}.", nameof(labels));

        _labels = OutcomeTensors.Read(labels);
        Columns = checked((int)output.shape[1]);
    }

    /// <summary>How many samples there are.</summary>
    public int Count => _outputs.Length / Columns;

    /// <summary>How many outputs a sample has.</summary>
    public int Columns { get; }

    /// <summary>What the network gave for a sample, one number for each column.</summary>
    public ReadOnlySpan<float> GetOutputs(int row) => _outputs.AsSpan(row * Columns, Columns);

    /// <summary>What it should have given.</summary>
    public ReadOnlySpan<float> GetLabels(int row) => _labels.AsSpan(row * Columns, Columns);
}
