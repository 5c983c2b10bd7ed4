using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>A reading of probabilities that can be calibrated: outputs are divided by a temperature first, which changes no order of classes.</summary>
/// <remarks>C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.</remarks>
public interface ITemperatureReading
{
    /// <summary>What outputs are divided by.</summary>
    /// <value>1 where nothing was calibrated.</value>
    double Temperature { get; }

    /// <summary>The same reading at another temperature.</summary>
    /// <param name="temperature">0.01 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is outside that range.</exception>
    OutputReading WithTemperature(double temperature);
}

/// <summary>A reading that names a class where its probability reaches a threshold.</summary>
public interface IThresholdReading
{
    /// <summary>The probability from which on a class is named: one for all classes, or one for each; none where the most probable one always is.</summary>
    IReadOnlyList<double> Thresholds { get; }

    /// <summary>The same reading with other thresholds.</summary>
    /// <param name="thresholds">One for all classes, or one for each, above 0 and below 1.</param>
    /// <exception cref="ArgumentException">There is none, or one is outside (0, 1).</exception>
    OutputReading WithThresholds(IReadOnlyList<double> thresholds);
}

/// <summary>The bounds of both.</summary>
internal static class ProbabilitySettings
{
    public const double LowestTemperature = 0.01;
    public const double HighestTemperature = 100;

    public static double CheckTemperature(double temperature) => Require.Between(LowestTemperature, HighestTemperature, temperature, nameof(temperature));

    public static double[] CheckThresholds(IReadOnlyList<double> thresholds)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        if (thresholds.Count == 0)
            throw new ArgumentException("There are no thresholds; give one for all classes, or one for each.", nameof(thresholds));
        foreach (double threshold in thresholds)
        {
            if (!(threshold is > 0 and < 1))
                throw new ArgumentException(FormattableString.Invariant($"The threshold is {threshold}; it must be above 0 and below 1."), nameof(thresholds));
        }
        return [.. thresholds];
    }

    public static int CheckCount(IReadOnlyList<double> thresholds, int names) => thresholds.Count <= 1 || thresholds.Count == names
        ? names
        : throw new InvalidOperationException($"There are {thresholds.Count} thresholds for {names} names; one for all or one for each is expected.");
}
