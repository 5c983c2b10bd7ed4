using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>Fits the temperature at which the log-loss is least.</summary>
/// <remarks>C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017. The log-loss is convex in the inverse of the
/// temperature, so its slope has one root.</remarks>
internal static class TemperatureScaling
{
    public const double Lowest = 0.05;
    public const double Highest = 20;

    /// <summary>Outputs as a reading takes them: divided by its temperature, if it has one. So metrics and losses measure what is predicted.</summary>
    public static Tensor Divided(Tensor output, OutputReading reading) => reading is ITemperatureReading { Temperature: not 1 and double temperature }
        ? output.div(tensor(new[] { (float)temperature }, device: output.device))
        : output;

    /// <summary>The temperature; null where the loss falls up to a bound.</summary>
    /// <param name="rows">Outputs and labels.</param>
    /// <param name="ofClasses">Whether an image is of exactly one class, or of any number.</param>
    public static double? Fit(OutcomeRows rows, bool ofClasses)
    {
        Func<double, double> slope = ofClasses ? inverse => SlopeOfClasses(rows, inverse) : inverse => SlopeOfLabels(rows, inverse);
        double low = Math.Log(1 / Highest), high = Math.Log(1 / Lowest);
        if (!(slope(Math.Exp(low)) < 0 && slope(Math.Exp(high)) > 0))
            return null;
        return Math.Exp(-Bisection.Root(inverse => slope(Math.Exp(inverse)), low, high));
    }

    // Of log(sum(exp(inverse * z))) - inverse * z[target]: the mean logit less the true one.
    private static double SlopeOfClasses(OutcomeRows rows, double inverse)
    {
        double sum = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            float[] logits = rows.GetOutputs(row);
            double largest = logits.Max(), weights = 0, weighted = 0;
            foreach (float logit in logits)
            {
                double weight = Math.Exp(inverse * (logit - largest));
                weights += weight;
                weighted += weight * logit;
            }
            sum += weighted / weights - logits[(int)rows.GetLabels(row)[0]];
        }
        return sum;
    }

    private static double SlopeOfLabels(OutcomeRows rows, double inverse)
    {
        double sum = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            foreach ((float logit, double label) in rows.GetOutputs(row).Zip(rows.GetLabels(row)))
                sum += logit * (Logits.Sigmoid(inverse * logit) - label);
        }
        return sum;
    }
}

/// <summary>What a calibration changed.</summary>
/// <param name="Temperature">What outputs are divided by from now on; as before if <paramref name="Problem"/> is not null.</param>
/// <param name="Before">Log-loss ("log-loss") and expected calibration error ("ece") before, and the accuracy of single labels.</param>
/// <param name="After">The same after. The accuracy is the same, and both others are too good to be true on new images, for they are of the images that the
/// temperature was fitted to.</param>
/// <param name="Problem">Why no temperature was fitted; null if one was.</param>
public sealed record CalibrationReport(double Temperature, MetricValues Before, MetricValues After, string? Problem)
{
    /// <summary>Such as "temperature 1.83: log-loss 0.3120, ece 0.0810 before; log-loss 0.2511, ece 0.0302 after".</summary>
    public override string ToString() =>
        Problem ?? FormattableString.Invariant($"temperature {Temperature:0.00}: {Before} before; {After} after");
}
