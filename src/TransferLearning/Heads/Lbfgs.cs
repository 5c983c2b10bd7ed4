namespace TransferLearning.Heads;

/// <summary>Minimizes a smooth convex function by the limited-memory BFGS method.</summary>
/// <remarks>J. Nocedal and S. J. Wright, "Numerical Optimization", algorithm 7.5; the line search brackets a step that satisfies the weak Wolfe conditions
/// (A. S. Lewis and M. L. Overton, "Nonsmooth optimization via quasi-Newton methods", 2013).</remarks>
internal static class Lbfgs
{
    private const int History = 12;
    private const int MostTrials = 40;
    private const double SufficientDecrease = 1e-4;
    private const double SufficientSlope = 0.9;

    /// <summary>Finds the minimum.</summary>
    /// <param name="evaluate">From a point to the value; fills in the gradient, its second argument. What it throws ends the search.</param>
    /// <param name="start">Where to begin; not changed.</param>
    /// <param name="inverse">About the inverse of the second derivative by each variable, above 0.</param>
    /// <param name="tolerance">The length of the gradient to reach, in the metric of <paramref name="inverse"/>.</param>
    /// <param name="mostSteps">The number of steps after which the search ends anyway.</param>
    /// <returns>The point, and the length of the gradient there.</returns>
    public static (double[] Point, double Gradient) Minimize(
        Func<double[], double[], double> evaluate, double[] start, double[] inverse, double tolerance, int mostSteps)
    {
        double[] point = [.. start];
        double[] gradient = new double[start.Length];
        double value = evaluate(point, gradient);
        var pairs = new List<(double[] Step, double[] Change, double Product)>();
        for (int step = 0; step < mostSteps && Length(gradient, inverse) > tolerance; step++)
        {
            double[] direction = Direction(gradient, inverse, pairs);
            if (Search(evaluate, point, value, gradient, direction) is not var (next, nextValue, nextGradient))
                break; // rounding leaves nothing to gain

            double[] moved = Subtract(next, point);
            double[] change = Subtract(nextGradient, gradient);
            double product = NativeMatrix.Dot(moved, change);
            if (product > 0)
                pairs.Add((moved, change, product));
            if (pairs.Count > History)
                pairs.RemoveAt(0);
            (point, value, gradient) = (next, nextValue, nextGradient);
        }
        return (point, Length(gradient, inverse));
    }

    /// <summary>The length of a gradient in the metric of the inverse second derivatives.</summary>
    public static double Length(double[] gradient, double[] inverse)
    {
        double sum = 0;
        for (int index = 0; index < gradient.Length; index++)
            sum += gradient[index] * gradient[index] * inverse[index];
        return Math.Sqrt(sum);
    }

    private static double[] Direction(double[] gradient, double[] inverse, List<(double[] Step, double[] Change, double Product)> pairs)
    {
        double[] direction = Array.ConvertAll(gradient, value => -value);
        double[] shares = new double[pairs.Count];
        for (int index = pairs.Count - 1; index >= 0; index--)
        {
            shares[index] = NativeMatrix.Dot(pairs[index].Step, direction) / pairs[index].Product;
            Add(direction, pairs[index].Change, -shares[index]);
        }
        for (int index = 0; index < direction.Length; index++)
            direction[index] *= inverse[index];
        for (int index = 0; index < pairs.Count; index++)
        {
            double share = NativeMatrix.Dot(pairs[index].Change, direction) / pairs[index].Product;
            Add(direction, pairs[index].Step, shares[index] - share);
        }
        return direction;
    }

    private static (double[] Point, double Value, double[] Gradient)? Search(
        Func<double[], double[], double> evaluate, double[] point, double value, double[] gradient, double[] direction)
    {
        double slope = NativeMatrix.Dot(gradient, direction);
        (double low, double high, double length) = (0, double.PositiveInfinity, 1);
        for (int trial = 0; trial < MostTrials && slope < 0; trial++)
        {
            double[] next = [.. point];
            Add(next, direction, length);
            double[] nextGradient = new double[point.Length];
            double nextValue = evaluate(next, nextGradient);
            if (!(nextValue <= value + SufficientDecrease * length * slope))
                high = length;
            else if (NativeMatrix.Dot(nextGradient, direction) < SufficientSlope * slope)
                low = length;
            else
                return (next, nextValue, nextGradient);
            length = double.IsFinite(high) ? (low + high) / 2 : 2 * low;
        }
        return null;
    }

    private static void Add(double[] sum, double[] other, double factor)
    {
        for (int index = 0; index < sum.Length; index++)
            sum[index] += other[index] * factor;
    }

    private static double[] Subtract(double[] first, double[] second)
    {
        double[] difference = [.. first];
        Add(difference, second, -1);
        return difference;
    }
}
