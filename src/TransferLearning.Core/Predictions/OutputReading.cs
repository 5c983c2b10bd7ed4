using System.Text.Json;

namespace TransferLearning.Predictions;

/// <summary>How the outputs of a network become predictions. Derive from it for a custom task.</summary>
/// <remarks>Implementations must be immutable and safe for use by several threads at once.</remarks>
public abstract class OutputReading
{
    /// <summary>The readings that every model file may name.</summary>
    internal static IReadOnlyList<OutputReading> BuiltIn { get; } = [new SoftmaxReading(), new SigmoidReading(0.5), new ValueReading()];

    /// <summary>What model files call it, such as "softmax"; whoever loads a file supplies a reading of this identifier.</summary>
    public abstract string Identifier { get; }

    /// <summary>The settings stored in a model file with the identifier, as a JSON object; undefined if there are none.</summary>
    public virtual JsonElement Settings => default;

    /// <summary>The same reading with the settings of a model file.</summary>
    /// <param name="settings">What <see cref="Settings"/> gave when the file was written.</param>
    /// <returns>The reading to use; this one if it has no settings.</returns>
    /// <exception cref="ArgumentException">The settings cannot be those of this reading.</exception>
    /// <exception cref="JsonException">The settings cannot be those of this reading.</exception>
    public virtual OutputReading WithSettings(JsonElement settings) => this;

    /// <summary>How many outputs are read.</summary>
    /// <param name="names">The names of the classes, or of the values.</param>
    /// <returns>One for each name by default.</returns>
    public virtual int GetOutputCount(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count;
    }

    /// <summary>Combines the outputs for several views of one image into outputs from which the mean of what they say is read, at a temperature of 1.
    /// </summary>
    /// <param name="views">What the network gave for each view; at least one.</param>
    /// <returns>As many outputs as for one view; by default their mean. The built-in readings of classes average probabilities.</returns>
    public virtual float[] Average(IReadOnlyList<float[]> views) => MeanOf(views);

    /// <summary>Brings outputs to another reading: what they are multiplied by, and what is then added, so that the other reads of them what this reads. The
    /// members of an ensemble are brought to one reading so.</summary>
    /// <param name="other">A reading of the same identifier.</param>
    /// <param name="outputCount">How many outputs there are.</param>
    /// <returns>A factor and an offset for each output; null if there are none. By default, the readings may differ in temperature alone.</returns>
    public virtual IReadOnlyList<(double Factor, double Offset)>? ConvertTo(OutputReading other, int outputCount)
    {
        ArgumentNullException.ThrowIfNull(other);
        (OutputReading mine, OutputReading theirs, double factor) = this is ITemperatureReading from && other is ITemperatureReading to
            ? (from.WithTemperature(1), to.WithTemperature(1), to.Temperature / from.Temperature)
            : (this, other, 1);
        return mine.Identifier == theirs.Identifier && mine.Settings.ToString() == theirs.Settings.ToString()
            ? [.. Enumerable.Repeat((factor, 0.0), outputCount)]
            : null;
    }

    /// <summary>The mean of each output.</summary>
    internal static float[] MeanOf(IReadOnlyList<float[]> views)
    {
        ArgumentNullException.ThrowIfNull(views);
        return [.. Enumerable.Range(0, views[0].Length).Select(output => (float)views.Average(view => (double)view[output]))];
    }

    /// <summary>The logarithm of the mean of numbers, from their logarithms.</summary>
    private protected static double LogarithmOfMean(IEnumerable<double> logarithms)
    {
        double[] all = [.. logarithms];
        double largest = all.Max();
        return largest + Math.Log(all.Average(logarithm => Math.Exp(logarithm - largest)));
    }

    /// <summary>Reads the outputs for one image.</summary>
    /// <param name="outputs">What the network gave.</param>
    /// <param name="names">The names of the classes, or of the values.</param>
    /// <returns>The prediction.</returns>
    public abstract Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names);

    /// <summary>Creates the prediction of numbers that were read of outputs before, as an exported file that holds the reading gives them.</summary>
    /// <remarks>Override it where <see cref="Read"/> returns a type of its own.</remarks>
    /// <param name="numbers">The <see cref="Prediction.Numbers"/>: a probability, or a value, for each name.</param>
    /// <param name="names">The names of the classes, or of the values.</param>
    /// <returns>The prediction that <see cref="Read"/> returns for such outputs; by default a <see cref="Prediction"/>.</returns>
    public virtual Prediction CreatePrediction(IReadOnlyList<double> numbers, IReadOnlyList<string> names) => new(names, numbers);
}
