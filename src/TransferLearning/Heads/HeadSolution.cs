using System.Globalization;

namespace TransferLearning.Heads;

/// <summary>A linear head: outputs are weights times features, plus bias.</summary>
public sealed record HeadSolution
{
    /// <summary>The weights: [outputs][features].</summary>
    public required double[][] Weights { get; init; }

    /// <summary>The bias: [outputs].</summary>
    public required double[] Bias { get; init; }

    /// <summary>What was chosen.</summary>
    public required HeadChoice Choice { get; init; }

    /// <summary>The sums that the head was computed from, where they are to be kept.</summary>
    internal HeadStatistics? Statistics { get; init; }

    /// <exception cref="InvalidOperationException">Of another size than asked for, or not finite.</exception>
    internal HeadSolution Checked(int outputs, int features)
    {
        bool fits = Weights.Length == outputs && Bias.Length == outputs && Array.TrueForAll(Weights, row => row.Length == features);
        if (!fits)
        {
            int columns = Weights.Length > 0 ? Weights[0].Length : 0;
            throw new InvalidOperationException(
                $"The solver '{Choice.Solver}' gave {Weights.Length} x {columns} weights and {Bias.Length} biases; "
                + $"the head has {outputs} outputs of {features} features.");
        }
        return Array.TrueForAll(Weights, row => Array.TrueForAll(row, Fits)) && Array.TrueForAll(Bias, Fits)
            ? this
            : throw new InvalidOperationException($"The solver '{Choice.Solver}' gave weights that are NaN, infinite or above the range of float32.");
    }

    private static bool Fits(double value) => float.IsFinite((float)value);
}

/// <summary>What a solver chose, for the log and the model file.</summary>
public sealed record HeadChoice
{
    /// <summary>The solver's name.</summary>
    public required string Solver { get; init; }

    /// <summary>The strength of the regularization; of LDA, the shrinkage.</summary>
    /// <value>Null if the solver has none.</value>
    public double? Strength { get; init; }

    /// <summary>The loss of heads on images that they had not seen: the mean squared error of ridge, the log-loss of
    /// others, for targets that are smoothed by one image as for the scale.</summary>
    /// <value>Null if it was not measured.</value>
    public double? Score { get; init; }

    /// <summary>The factor by which the outputs were multiplied to be calibrated logits: the inverse of a temperature.</summary>
    /// <value>1 by default.</value>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return Solver;
        if (Strength is double strength)
            yield return string.Create(CultureInfo.InvariantCulture, $"strength {strength:g4}");
        if (Score is double score)
            yield return string.Create(CultureInfo.InvariantCulture, $"score {score:g4}");
        if (Scale != 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"scale {Scale:g4}");
    }
}
