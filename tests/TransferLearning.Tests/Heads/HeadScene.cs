using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace TransferLearning.Tests.Heads;

/// <summary>Small problems of random numbers, and plain arithmetic to check solutions with.</summary>
internal static class HeadScene
{
    /// <summary>Rows around a random mean for each class, in turn.</summary>
    public static HeadProblem Classes(int rows, int features, int classes = 3, int seed = 1, double distance = 1, double[]? weights = null)
    {
        var random = new Random(seed);
        double[][] means = [.. Enumerable.Range(0, classes).Select(_ => Normal(random, features, distance))];
        int[] targets = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
        return Of(
            [.. targets.Select(target => Normal(random, features, 1).Select((value, feature) => 3 + means[target][feature] + value * (feature + 1)).ToArray())],
            [.. targets.Select(target => Enumerable.Range(0, classes).Select(index => index == target ? 1.0 : 0).ToArray())],
            LabelKind.Class, weights);
    }

    public static HeadProblem Labels(int rows, int features, int labels = 3, int seed = 1)
    {
        HeadProblem classes = Classes(rows, features, labels, seed);
        var random = new Random(seed + 1);
        return Of(classes.Features, Array.ConvertAll(classes.Targets, row => Array.ConvertAll(row, value => random.Next(3) == 0 ? 1 - value : value)), LabelKind.Classes);
    }

    public static HeadProblem Numbers(int rows, int features, int values = 2, int seed = 1)
    {
        var random = new Random(seed);
        double[][] weights = [.. Enumerable.Range(0, values).Select(_ => Normal(random, features, 1))];
        double[][] rowsOf = [.. Enumerable.Range(0, rows).Select(_ => Normal(random, features, 1))];
        return Of(rowsOf, Array.ConvertAll(rowsOf, row => Array.ConvertAll(weights, weight => Dot(weight, row) + random.NextDouble())), LabelKind.Numbers);
    }

    public static HeadProblem Of(double[][] features, double[][] targets, LabelKind labels, double[]? weights = null) => new()
    {
        Features = features,
        Targets = targets,
        Labels = labels,
        Weights = weights ?? [.. Enumerable.Repeat(1.0, features.Length)],
    };

    public static HeadProblem Rows(this HeadProblem problem, IEnumerable<int> rows) => Of(
        [.. rows.Select(row => problem.Features[row])], [.. rows.Select(row => problem.Targets[row])], problem.Labels, [.. rows.Select(row => problem.Weights[row])]);

    public static HeadProblem Without(this HeadProblem problem, int row) =>
        problem.Rows(Enumerable.Range(0, problem.Features.Length).Where(other => other != row));

    public static double[] Outputs(this HeadSolution head, double[] features) =>
        [.. head.Weights.Select((weights, output) => Dot(weights, features) + head.Bias[output])];

    public static int Best(this double[] outputs) => Array.IndexOf(outputs, outputs.Max());

    public static double Dot(double[] first, double[] second) => first.Zip(second, (one, other) => one * other).Sum();

    /// <summary>Solves a x = b for each right side by Gaussian elimination with pivots; one solution a row.</summary>
    public static double[][] SolveSystem(double[][] matrix, double[][] rightSides)
    {
        int size = matrix.Length;
        double[][] left = Array.ConvertAll(matrix, row => row.ToArray());
        double[][] right = [.. Enumerable.Range(0, size).Select(row => rightSides.Select(side => side[row]).ToArray())];
        for (int column = 0; column < size; column++)
        {
            int pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(left[row][column]));
            (left[column], left[pivot], right[column], right[pivot]) = (left[pivot], left[column], right[pivot], right[column]);
            foreach (int row in Enumerable.Range(0, size).Where(row => row != column))
            {
                double factor = left[row][column] / left[column][column];
                left[row] = [.. left[row].Zip(left[column], (value, other) => value - factor * other)];
                right[row] = [.. right[row].Zip(right[column], (value, other) => value - factor * other)];
            }
        }
        return [.. rightSides.Select((_, side) => Enumerable.Range(0, size).Select(row => right[row][side] / left[row][row]).ToArray())];
    }

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static double[] Normal(Random random, int count, double deviation) => [.. Enumerable.Range(0, count)
        .Select(_ => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
