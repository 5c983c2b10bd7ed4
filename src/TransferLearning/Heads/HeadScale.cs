using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>Losses of outputs for images that a head had not seen, and the scale at which they are calibrated.</summary>
/// <remarks>The scale is the inverse of a temperature (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). Targets are smoothed by one
/// image's weight (Platt, 1999), so that it is finite even where no image is told wrongly.</remarks>
internal static class HeadScale
{
    private const double Least = 1e-6;
    private const double Most = 1e6;

    /// <summary>The scale that minimizes the log-loss.</summary>
    /// <param name="data">The targets.</param>
    /// <param name="outputs">For each row, the outputs of a head that had not seen it, less the origin; null where there is none.</param>
    public static double Of(HeadData data, double[]?[] outputs)
    {
        if (LogLoss(data, outputs, 1).Slope == 0)
            return 1; // no image was left out, or outputs are all the same
        return Math.Exp(Bisection.Root(scale => LogLoss(data, outputs, Math.Exp(scale)).Slope, Math.Log(Least), Math.Log(Most))); // the loss is convex
    }

    /// <summary>The mean log-loss under softmax or, for several labels, sigmoid, and its derivative by the scale.</summary>
    public static (double Loss, double Slope) LogLoss(HeadData data, double[]?[] outputs, double scale)
    {
        (double loss, double slope, double total) = (0, 0, 0);
        int classes = data.OutputCount;
        bool single = data.Labels == LabelKind.Class;
        double smoothing = (single ? classes : 2) / (outputs.Count(row => row is not null) + (single ? classes : 2.0));
        double spread = smoothing / (single ? classes : 2);
        for (int row = 0; row < outputs.Length; row++)
        {
            if (outputs[row] is not { } values)
                continue;
            double greatest = single ? values.Max() * scale : 0;
            double sum = single ? values.Sum(value => Math.Exp(value * scale - greatest)) : 0;
            for (int output = 0; output < classes; output++)
            {
                double weight = data.WeightOf(row, output);
                double target = data.Targets[row][output] * (1 - smoothing) + spread;
                double logit = values[output] * scale;
                double probability = single ? Math.Exp(logit - greatest) / sum : Logits.Sigmoid(logit);
                loss += weight * (single ? -target * (logit - greatest - Math.Log(sum)) : Logits.SoftPlus(logit) - target * logit);
                slope += weight * (probability - target) * values[output];
                total += single ? weight * data.Targets[row][output] : weight;
            }
        }
        return total > 0 ? (loss / total, slope / total) : (0, 0);
    }

    /// <summary>The mean squared difference from the targets.</summary>
    public static double SquaredError(HeadData data, double[]?[] outputs)
    {
        (double sum, double total) = (0, 0);
        for (int row = 0; row < outputs.Length; row++)
        {
            if (outputs[row] is not { } values)
                continue;
            for (int output = 0; output < values.Length; output++)
                sum += data.Weights[row] * (values[output] - data.Targets[row][output]) * (values[output] - data.Targets[row][output]);
            total += data.Weights[row] * values.Length;
        }
        return total > 0 ? sum / total : 0;
    }
}
