using TransferLearning.Heads;

namespace TransferLearning.Advice;

/// <summary>LogME: the logarithm of the maximum evidence of a Bayesian linear model, per row, mean over one-against-all targets.</summary>
/// <remarks>K. You, Y. Liu, J. Wang and M. Long, "LogME: Practical Assessment of Pre-trained Models for Transfer Learning", ICML 2021. The precisions of
/// weights (alpha) and noise (beta) are found by MacKay's fixed point, in the eigenbasis of the products of rows.</remarks>
internal static class LogEvidence
{
    private const int MostSteps = 500;
    private const double Tolerance = 1e-9;
    private const double LeastShare = 1e-12; // of the squared targets, that weights and residuals keep

    /// <param name="features">[rows][features].</param>
    /// <param name="classes">[rows].</param>
    public static double Of(double[][] features, int[] classes)
    {
        (int rows, int columns) = (features.Length, features[0].Length);
        using var matrix = new NativeMatrix(features, columns);
        (double[] values, double[][] vectors) = NativeMatrix.Eigen(matrix.Times(features));
        double greatest = Math.Max(0, values[^1]);
        int[] axes = [.. Enumerable.Range(0, rows).Where(axis => values[axis] > greatest * 1e-12).TakeLast(Math.Min(rows, columns))];
        double[] variances = [.. axes.Select(axis => values[axis])];

        int[] present = [.. classes.Distinct().Order()];
        return present.Average(target =>
        {
            double[] targets = Array.ConvertAll(classes, index => index == target ? 1.0 : 0);
            double[] squares = [.. axes.Select(axis => Math.Pow(NativeMatrix.Dot(vectors[axis], targets), 2))];
            return Maximum(variances, squares, targets.Sum(), rows, columns) / rows;
        });
    }

    /// <param name="variances">The eigenvalues of the products of rows that are not 0.</param>
    /// <param name="squares">The squared targets along their eigenvectors.</param>
    /// <param name="total">The squared targets.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of features.</param>
    private static double Maximum(double[] variances, double[] squares, double total, int rows, int columns)
    {
        double outside = Math.Max(0, total - squares.Sum()); // what no weights reach
        double least = total * LeastShare;
        (double alpha, double beta) = (1, 1);
        for (int step = 0; step < MostSteps; step++)
        {
            (double used, double weights, double residual, _) = At(alpha, beta);
            double ratio = alpha / beta;
            alpha = Math.Max(used, LeastShare) / Math.Max(weights, least);
            beta = Math.Max(rows - used, LeastShare) / Math.Max(residual, least);
            if (Math.Abs(alpha / beta - ratio) <= Tolerance * ratio)
                break;
        }
        (_, double norm, double error, double determinant) = At(alpha, beta);
        return (rows * Math.Log(beta) + columns * Math.Log(alpha) - rows * Math.Log(2 * Math.PI) - beta * error - alpha * norm - determinant) / 2;

        // The number of weights that the data determine, their squared norm, the squared residual, and the logarithm of the precision's determinant.
        (double Used, double Norm, double Error, double Determinant) At(double alpha, double beta)
        {
            (double used, double norm, double error, double determinant) = (0, 0, outside, (columns - variances.Length) * Math.Log(alpha));
            for (int axis = 0; axis < variances.Length; axis++)
            {
                double precision = alpha + beta * variances[axis];
                used += beta * variances[axis] / precision;
                norm += squares[axis] * variances[axis] * (beta / precision) * (beta / precision);
                error += squares[axis] * (alpha / precision) * (alpha / precision);
                determinant += Math.Log(precision);
            }
            return (used, norm, error, determinant);
        }
    }
}
