using TransferLearning.Heads;

namespace TransferLearning.Advice;

/// <summary>A ridge head's answers for rows that it was not computed from, at the strength with the least squared error.</summary>
/// <param name="Accuracy">The share of rows whose class has the largest output.</param>
/// <param name="Error">The mean squared error over rows and classes.</param>
internal readonly record struct LeftOutRidge(double Accuracy, double Error)
{
    private const int StrengthsPerDecade = 4;
    private const int LowestDecade = -4;
    private const int HighestDecade = 3;
    private const double LeastFreedom = 1e-10;
    private const double LeastVariance = 1e-300;

    /// <summary>Leaves out each row, exactly: the residual over one less its leverage (Rifkin and Lippert, 2007).</summary>
    /// <param name="features">[rows][features].</param>
    /// <param name="classes">[rows].</param>
    /// <param name="cancellationToken">Cancels the computation between strengths.</param>
    public static LeftOutRidge Of(double[][] features, int[] classes, CancellationToken cancellationToken)
    {
        int rows = features.Length;
        double[] mean = new double[features[0].Length];
        foreach (double[] row in features)
        {
            for (int column = 0; column < mean.Length; column++)
                mean[column] += row[column] / rows;
        }
        double[][] centered = Array.ConvertAll(features, row => row.Zip(mean, (value, center) => value - center).ToArray());
        using var matrix = new NativeMatrix(centered, mean.Length);
        (double[] values, double[][] vectors) = NativeMatrix.Eigen(matrix.Times(centered));
        values = Array.ConvertAll(values, value => Math.Max(0, value));

        int[] present = [.. classes.Distinct().Order()];
        double[][] targets = [.. present.Select(target =>
        {
            double share = (double)classes.Count(index => index == target) / rows;
            return classes.Select(index => (index == target ? 1 : 0) - share).ToArray();
        })];
        using var axes = new NativeMatrix(vectors, rows);
        double[][] along = axes.Times(targets); // [axes][classes]

        double unit = values.Average() is > LeastVariance and double average ? average : 1; // where nothing varies, any will do
        LeftOutRidge? best = null;
        for (int step = 0; step <= (HighestDecade - LowestDecade) * StrengthsPerDecade; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double strength = unit * Math.Pow(10, LowestDecade + (double)step / StrengthsPerDecade);
            LeftOutRidge found = At(Array.ConvertAll(values, value => value / (value + strength)));
            if (best is not { } earlier || found.Error <= earlier.Error)
                best = found;
        }
        return best!.Value;

        LeftOutRidge At(double[] kept)
        {
            double[][] fitted = axes.Sums([.. along.Select((row, axis) => Array.ConvertAll(row, value => value * kept[axis]))], targets.Length);
            (double error, int right) = (0, 0);
            for (int row = 0; row < rows; row++)
            {
                double leverage = 1.0 / rows;
                for (int axis = 0; axis < kept.Length; axis++)
                    leverage += kept[axis] * vectors[axis][row] * vectors[axis][row];
                double freedom = Math.Max(LeastFreedom, 1 - leverage);
                (int answer, double most) = (-1, double.NegativeInfinity);
                for (int output = 0; output < targets.Length; output++)
                {
                    double miss = (targets[output][row] - fitted[output][row]) / freedom;
                    error += miss * miss;
                    double left = (classes[row] == present[output] ? 1 : 0) - miss;
                    if (left > most)
                        (answer, most) = (present[output], left);
                }
                right += answer == classes[row] ? 1 : 0;
            }
            return new LeftOutRidge((double)right / rows, error / rows / targets.Length);
        }
    }
}
