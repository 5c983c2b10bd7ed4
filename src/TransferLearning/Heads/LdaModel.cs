namespace TransferLearning.Heads;

/// <summary>Classes as normal distributions of one covariance, along the axes of their pooled covariance.</summary>
internal sealed class LdaModel
{
    private const double LeastVariance = 1e-9;  // of the mean one
    private const double RoundingError = 1e-12; // likewise

    private readonly double[][] _axes;      // [axes][features], orthonormal
    private readonly double[] _variances;   // of the covariance along each
    private readonly double[][] _means;     // of each class along each axis, around the mean of all
    private readonly double[] _counts;
    private readonly double[] _logPriors;
    private readonly double _total;
    private readonly int _features;
    private readonly double _meanVariance;

    /// <param name="covariance">Within classes: the scatter over the total weight.</param>
    /// <param name="means">[classes][features], around the mean of all; 0 for a class without images.</param>
    /// <param name="counts">The weight of each class.</param>
    /// <param name="priors">The probability of each class before an image is seen; null for their shares.</param>
    /// <param name="features">The number of features over which the mean variance is taken: those that do not vary count too.</param>
    /// <param name="cancellationToken">Cancels until the covariance is decomposed.</param>
    public LdaModel(
        double[][] covariance, double[][] means, double[] counts, IReadOnlyList<double>? priors, int features, CancellationToken cancellationToken = default)
    {
        (double[] variances, _axes) = NativeMatrix.Eigen(covariance, cancellationToken);
        _variances = Array.ConvertAll(variances, variance => Math.Max(0, variance));
        using var matrix = new NativeMatrix(means, covariance.Length);
        _means = matrix.Times(_axes);
        (_counts, _features, _total) = (counts, features, counts.Sum());
        _meanVariance = _variances.Sum() / features;
        double smallest = counts.Where(count => count > 0).DefaultIfEmpty(_total).Min();
        double least = Math.Min(1 / (_total + counts.Length), smallest / _total); // of a class without images
        _logPriors = [.. counts.Select((count, index) => Math.Log(priors?[index] ?? (count > 0 ? count / _total : least)))];
    }

    /// <summary>The model of features in principal coordinates.</summary>
    public static LdaModel Of(HeadData data, IReadOnlyList<double>? priors, CancellationToken cancellationToken = default)
    {
        double[] counts = data.OutputWeights();
        double[][] residuals = ResidualsOf(data, counts, out double[][] means);
        for (int row = 0; row < residuals.Length; row++)
        {
            double root = Math.Sqrt(data.Weights[row] / data.TotalWeight);
            residuals[row] = Array.ConvertAll(residuals[row], value => value * root);
        }
        using var matrix = new NativeMatrix(residuals, data.Features[0].Length);
        return new LdaModel(matrix.Gram(), means, counts, priors, data.FeatureCount, cancellationToken);
    }

    /// <summary>The discriminants for a shrinkage: covariance (1 - shrinkage) + mean variance x shrinkage, as a function of the features.</summary>
    public LinearMap Head(double shrinkage)
    {
        double[] variances = Shrunk(shrinkage);
        double[][] alongAxes = Array.ConvertAll(_means, mean => mean.Select((value, axis) => value / variances[axis]).ToArray());
        double[] bias = [.. alongAxes.Select((weights, index) => _logPriors[index] - NativeMatrix.Dot(weights, _means[index]) / 2)];
        if (_axes.Length == 0)
            return new LinearMap(alongAxes, bias);
        using var axes = new NativeMatrix(_axes, _axes.Length);
        double[][] transposed = [.. Enumerable.Range(0, _axes.Length).Select(axis => Array.ConvertAll(alongAxes, weights => weights[axis]))];
        return new LinearMap(axes.Sums(transposed, alongAxes.Length), bias);
    }

    /// <summary>The discriminants of each row by the model of the others, exactly; null for the only row of a class.</summary>
    /// <remarks>Without a row, its class's mean moves and the scatter loses one dyad, so the inverse is that of Sherman and Morrison.</remarks>
    public double[]?[] LeaveOneOut(HeadData data, double shrinkage, bool estimatesPriors)
    {
        double[][] along = _axes.Length == 0 ? data.Features : data.Matrix.Times(_axes);
        return [.. along.Select((row, index) => Without(row, data.ClassOf(index), data.Weights[index]))];

        double[]? Without(double[] row, int own, double weight)
        {
            double rest = _counts[own] - weight;
            if (rest <= 1e-9 * _counts[own])
                return null;
            double[] residual = [.. row.Select((value, axis) => value - _means[own][axis])];
            double dyad = weight * _counts[own] / rest;
            double left = _total - weight;
            double target = (_meanVariance * _features * _total - dyad * NativeMatrix.Dot(residual, residual)) / left / _features;
            bool varies = target > _meanVariance * RoundingError; // else as where nothing varies within classes
            double[] inverse = Array.ConvertAll(
                _variances, variance => varies ? 1 / Positive((1 - shrinkage) * variance * _total / left + shrinkage * target) : 1);
            double[] turned = Times(residual, inverse);
            double factor = varies ? (1 - shrinkage) * dyad / left : 0;
            factor /= Math.Max(1e-12, 1 - factor * NativeMatrix.Dot(residual, turned));

            double[] mine = Times(row, inverse);
            double mineTurned = NativeMatrix.Dot(row, turned);
            double[] discriminants = new double[_means.Length];
            for (int index = 0; index < discriminants.Length; index++)
            {
                double[] mean = _means[index];
                if (index == own)
                    mean = [.. mean.Select((value, axis) => value - weight / rest * residual[axis])];
                double meanTurned = NativeMatrix.Dot(mean, turned);
                double product = NativeMatrix.Dot(mine, mean) + factor * mineTurned * meanTurned;
                double square = NativeMatrix.Dot(Times(mean, inverse), mean) + factor * meanTurned * meanTurned;
                double prior = estimatesPriors && _counts[index] > 0 ? Math.Log((index == own ? rest : _counts[index]) / left) : _logPriors[index];
                discriminants[index] = product - square / 2 + prior;
            }
            return discriminants;
        }
    }

    /// <summary>O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004, on residuals within classes.</summary>
    public double LedoitWolf(HeadData data)
    {
        double squares = NativeMatrix.Dot(_variances, _variances); // the squared norm of the covariance
        double distance = squares - _meanVariance * _meanVariance * _features;
        double fourth = ResidualsOf(data, _counts, out _).Select((row, index) => data.Weights[index] * Math.Pow(NativeMatrix.Dot(row, row), 2)).Sum() / _total;
        double error = (fourth - squares) / _total;
        return distance <= 0 ? 1 : Math.Clamp(error / distance, 0, 1);
    }

    private double[] Shrunk(double shrinkage) =>
        Array.ConvertAll(_variances, variance => Positive((1 - shrinkage) * variance + shrinkage * _meanVariance));

    // Where nothing varies within classes, every direction counts the same.
    private double Positive(double variance) => Math.Max(variance, _meanVariance > 0 ? _meanVariance * LeastVariance : 1);

    private static double[][] ResidualsOf(HeadData data, double[] counts, out double[][] means)
    {
        double[][] weights = [.. data.Targets.Select((row, index) =>
            row.Select((target, output) => target == 0 || counts[output] == 0 ? 0 : data.Weights[index] / counts[output]).ToArray())];
        double[][] found = data.Matrix.Sums(weights, data.OutputCount);
        means = found;
        return [.. data.Features.Select((row, index) =>
        {
            double[] mean = found[data.ClassOf(index)];
            return row.Select((value, axis) => value - mean[axis]).ToArray();
        })];
    }

    private static double[] Times(double[] first, double[] second)
    {
        double[] product = new double[first.Length];
        for (int index = 0; index < product.Length; index++)
            product[index] = first[index] * second[index];
        return product;
    }
}
