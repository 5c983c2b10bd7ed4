namespace TransferLearning.Heads;

/// <summary>Features as coordinates along their principal axes, around their weighted mean.</summary>
/// <remarks>There are at most as many axes as images, so that all else costs the same whether there are more images or more features. Penalties on the
/// squared weights do not change with the rotation, and a head needs no weight across the axes: a solution in these coordinates is the solution.</remarks>
internal sealed class PrincipalFeatures
{
    private const double RoundingError = 2.3e-16;

    private readonly double[] _mean;    // [features]
    private readonly double[][] _axes;  // [axes][features], orthonormal

    private PrincipalFeatures(double[] mean, double[][] axes, double[] variances, double[][] coordinates) =>
        (_mean, _axes, Variances, Coordinates) = (mean, axes, variances, coordinates);

    /// <summary>The weighted sum of squares along each axis, all above 0.</summary>
    public double[] Variances { get; }

    /// <summary>[rows][axes].</summary>
    public double[][] Coordinates { get; }

    /// <param name="features">[rows][features].</param>
    /// <param name="weights">[rows], at least 0 and not all 0.</param>
    /// <param name="cancellationToken">Cancels between one computation on matrices and the next.</param>
    public static PrincipalFeatures Of(double[][] features, double[] weights, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int columns = features[0].Length;
        double[] mean = MeanOf(features, weights);
        double[][] centered = Array.ConvertAll(features, row => Subtract(row, mean));
        double[][] scaled = [.. centered.Select((row, index) => Array.ConvertAll(row, value => value * Math.Sqrt(weights[index])))];
        using var matrix = new NativeMatrix(scaled, columns);

        bool fewRows = features.Length < columns;
        (double[] variances, double[][] vectors) = NativeMatrix.Eigen(fewRows ? matrix.Times(scaled) : matrix.Gram(), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        double least = (variances.Length == 0 ? 0 : variances[^1]) * Math.Max(features.Length, columns) * RoundingError;
        int dropped = variances.TakeWhile(variance => !(variance > least)).Count();
        (variances, vectors) = (variances[dropped..], vectors[dropped..]);
        double[][] axes = vectors;
        if (fewRows && vectors.Length > 0)
        {
            axes = matrix.Sums(Transpose(vectors), vectors.Length);
            for (int axis = 0; axis < axes.Length; axis++)
                axes[axis] = Array.ConvertAll(axes[axis], value => value / Math.Sqrt(variances[axis]));
        }
        return new PrincipalFeatures(mean, axes, variances, Along(centered, axes, columns));
    }

    /// <summary>A head on the coordinates as one on the features.</summary>
    public LinearMap ToFeatures(LinearMap head)
    {
        int features = _mean.Length;
        double[][] weights = [.. head.Weights.Select(_ => new double[features])];
        if (_axes.Length > 0)
        {
            using var axes = new NativeMatrix(_axes, features);
            weights = axes.Sums(Transpose(head.Weights), head.Weights.Length);
        }
        return new LinearMap(weights, [.. head.Bias.Select((bias, output) => bias - NativeMatrix.Dot(weights[output], _mean))]);
    }

    public static double[] MeanOf(double[][] features, double[] weights)
    {
        double[] mean = new double[features[0].Length];
        double total = weights.Sum();
        for (int row = 0; row < features.Length; row++)
        {
            for (int column = 0; column < mean.Length; column++)
                mean[column] += features[row][column] * (weights[row] / total);
        }
        return mean;
    }

    private static double[][] Along(double[][] centered, double[][] axes, int columns)
    {
        if (axes.Length == 0)
            return Array.ConvertAll(centered, _ => Array.Empty<double>());
        using var rows = new NativeMatrix(centered, columns);
        return rows.Times(axes);
    }

    private static double[] Subtract(double[] row, double[] mean)
    {
        double[] difference = new double[row.Length];
        for (int column = 0; column < row.Length; column++)
            difference[column] = row[column] - mean[column];
        return difference;
    }

    private static double[][] Transpose(double[][] rows)
    {
        double[][] columns = new double[rows[0].Length][];
        for (int column = 0; column < columns.Length; column++)
            columns[column] = Array.ConvertAll(rows, row => row[column]);
        return columns;
    }
}

/// <summary>Outputs as a linear function of features: weights [outputs][features] and bias [outputs].</summary>
internal sealed record LinearMap(double[][] Weights, double[] Bias)
{
    public double[] Apply(double[] features) =>
        [.. Weights.Select((row, output) => NativeMatrix.Dot(row, features) + Bias[output])];

    /// <summary>The outputs, less <paramref name="origin"/>, multiplied by a factor.</summary>
    public LinearMap Scaled(double factor, double origin) => new(
        Array.ConvertAll(Weights, row => Array.ConvertAll(row, weight => weight * factor)), Array.ConvertAll(Bias, bias => (bias - origin) * factor));
}
