using TransferLearning.Advice;
using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Advice;

/// <summary>The measures on features, against slow computations of the same by their definitions.</summary>
public sealed class FeatureMeasuresTests
{
    [Theory]
    [InlineData(30, 4)]
    [InlineData(12, 20)]
    public void LogEvidence_IsTheMaximumOverBothPrecisions(int rows, int columns)
    {
        (double[][] features, int[] classes) = Blobs(rows, columns, spread: 1.5);

        double found = LogEvidence.Of(features, classes);

        double[] maxima = [.. Enumerable.Range(0, 3).Select(target => BruteForceEvidence(features, Array.ConvertAll(classes, index => index == target ? 1.0 : 0)))];
        Assert.Equal(maxima.Average() / rows, found, 1e-4);
    }

    [Fact]
    public void LogEvidence_OfBetterFeatures_IsHigher()
    {
        (double[][] near, int[] classes) = Blobs(60, 8, spread: 3);
        (double[][] far, _) = Blobs(60, 8, spread: 0.5);

        Assert.True(LogEvidence.Of(far, classes) > LogEvidence.Of(near, classes));
    }

    [Fact]
    public void LogEvidence_OfFeaturesThatAreAllEqual_IsFinite() =>
        Assert.True(double.IsFinite(LogEvidence.Of([[0, 0], [0, 0], [0, 0], [0, 0]], [0, 0, 1, 1])));

    [Fact]
    public void NeighborVote_IsTheLeaveOneOutVoteByCosine()
    {
        (double[][] features, int[] classes) = Blobs(40, 3, spread: 2);

        double found = NeighborVote.Accuracy(features, classes);

        int right = Enumerable.Range(0, 40).Count(row => SlowVote(features, classes, row) == classes[row]);
        Assert.InRange(right, 10, 39); // neither all nor none, so that the comparison says something
        Assert.Equal(right / 40.0, found, 12);
    }

    [Fact]
    public void LeftOutRidge_IsWhatHeadsOfTheOtherRowsAnswer()
    {
        (double[][] features, int[] classes) = Blobs(18, 5, spread: 2);

        var found = LeftOutRidge.Of(features, classes, default);

        // At the same strengths, head by head.
        double[] mean = [.. Enumerable.Range(0, 5).Select(column => features.Average(row => row[column]))];
        double unit = features.Sum(row => row.Zip(mean, (value, center) => (value - center) * (value - center)).Sum()) / 18;
        var slow = Enumerable.Range(0, 29).Select(step => SlowRidge(features, classes, unit * Math.Pow(10, -4 + step / 4.0))).MinBy(entry => entry.Error);
        Assert.Equal(slow.Error, found.Error, 1e-8);
        Assert.Equal(slow.Accuracy, found.Accuracy, 12);
    }

    [Fact]
    public void LeftOutRidge_OfFeaturesThatAreAllEqual_AnswersTheLargestClass()
    {
        var found = LeftOutRidge.Of([[0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]], [0, 0, 1, 1, 1, 1], default);

        Assert.True(double.IsFinite(found.Error));
        Assert.Equal(4 / 6.0, found.Accuracy, 12);
    }

    [Fact]
    public void StratifiedSample_KeepsTheSharesOfClasses()
    {
        var source = Source([.. Enumerable.Repeat(0, 80), .. Enumerable.Repeat(1, 40)]);

        Subset drawn = StratifiedSample.Draw(source, 30, seed: 3);

        Assert.Equal([20, 10], [drawn.Samples.Count(sample => sample.ClassIndex == 0), drawn.Samples.Count(sample => sample.ClassIndex == 1)]);
        Assert.Equal(drawn.Samples, StratifiedSample.Draw(source, 30, seed: 3).Samples);
        Assert.NotEqual(drawn.Samples, StratifiedSample.Draw(source, 30, seed: 4).Samples);
    }

    [Fact]
    public void StratifiedSample_OfAClassWithASmallShare_TakesTwoOfIt()
    {
        var source = Source([.. Enumerable.Repeat(0, 500), .. Enumerable.Repeat(1, 6), 2]);

        Subset drawn = StratifiedSample.Draw(source, 20, seed: 3);

        Assert.Equal([17, 2, 1], Enumerable.Range(0, 3).Select(index => drawn.Samples.Count(sample => sample.ClassIndex == index)));
    }

    [Fact]
    public void StratifiedSample_OfVeryManyClasses_TakesFiveOfEachOfSome()
    {
        var source = Source([.. Enumerable.Range(0, 100).SelectMany(index => Enumerable.Repeat(index, 8))]);

        Subset drawn = StratifiedSample.Draw(source, 50, seed: 1);

        Assert.Equal(50, drawn.Samples.Count);
        Assert.Equal(Enumerable.Repeat(5, 10), drawn.Samples.CountBy(sample => sample.ClassIndex).Select(entry => entry.Value));
    }

    private static InMemoryDataset Source(int[] classes) => InMemoryDataset.Of(
        classes.Select((index, place) => new TargetImage(new byte[] { 1 }, Target.Class(index), $"{place}")), Enumerable.Range(0, classes.Max() + 1).Select(index => $"{index:000}"));

    private static (double[][] Features, int[] Classes) Blobs(int rows, int columns, double spread)
    {
        var random = new RandomStream(5);
        int[] classes = [.. Enumerable.Range(0, rows).Select(row => row % 3)];
        double[][] features = [.. classes.Select(index => Enumerable.Range(0, columns)
            .Select(column => (column % 3 == index ? 1.5 : 0.3) + spread * random.Uniform(-1, 1)).ToArray())];
        return (features, classes);
    }

    // The evidence by its definition: targets are normal with covariance 1 / beta + features features' / alpha. A grid, refined around its best point.
    private static double BruteForceEvidence(double[][] features, double[] targets)
    {
        int rows = targets.Length;
        double best = double.NegativeInfinity, middleAlpha = 0, middleBeta = 0;
        for (double step = 1; step > 0.002; step /= 2)
        {
            (double fromAlpha, double fromBeta) = (middleAlpha, middleBeta);
            for (int a = -8; a <= 8; a++)
            {
                for (int b = -8; b <= 8; b++)
                {
                    double found = Evidence(Math.Exp(fromAlpha + a * step), Math.Exp(fromBeta + b * step));
                    if (found > best)
                        (best, middleAlpha, middleBeta) = (found, fromAlpha + a * step, fromBeta + b * step);
                }
            }
        }
        return best;

        double Evidence(double alpha, double beta)
        {
            double[,] covariance = new double[rows, rows + 1];
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < rows; j++)
                    covariance[i, j] = features[i].Zip(features[j], (x, y) => x * y).Sum() / alpha + (i == j ? 1 / beta : 0);
                covariance[i, rows] = targets[i];
            }
            double[] solved = Eliminate(covariance, out double logDeterminant);
            return -0.5 * (rows * Math.Log(2 * Math.PI) + logDeterminant + solved.Zip(targets, (x, y) => x * y).Sum());
        }
    }

    // Gauss without pivots, for positive definite systems; the last column is the right side.
    private static double[] Eliminate(double[,] system, out double logDeterminant)
    {
        int size = system.GetLength(0);
        logDeterminant = 0;
        for (int pivot = 0; pivot < size; pivot++)
        {
            logDeterminant += Math.Log(system[pivot, pivot]);
            for (int row = 0; row < size; row++)
            {
                double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= size && factor != 0; column++)
                    system[row, column] -= factor * system[pivot, column];
            }
        }
        return [.. Enumerable.Range(0, size).Select(row => system[row, size] / system[row, row])];
    }

    private static int SlowVote(double[][] features, int[] classes, int self)
    {
        double Cosine(int other) => features[self].Zip(features[other], (x, y) => x * y).Sum()
            / Math.Sqrt(features[self].Sum(x => x * x) * features[other].Sum(x => x * x));
        int[] nearest = [.. Enumerable.Range(0, classes.Length).Where(other => other != self).OrderByDescending(Cosine).Take(5)];
        return nearest.GroupBy(other => classes[other]).OrderByDescending(group => group.Count() + group.Sum(Cosine) / 1000).First().Key;
    }

    private static (double Accuracy, double Error) SlowRidge(double[][] features, int[] classes, double strength)
    {
        (double error, int right) = (0, 0);
        for (int left = 0; left < classes.Length; left++)
        {
            int[] others = [.. Enumerable.Range(0, classes.Length).Where(row => row != left)];
            double[] mean = [.. Enumerable.Range(0, 5).Select(column => others.Average(row => features[row][column]))];
            double[] outputs = [.. Enumerable.Range(0, 3).Select(target =>
            {
                double share = others.Average(row => classes[row] == target ? 1.0 : 0);
                double[,] system = new double[5, 6];
                for (int i = 0; i < 5; i++)
                {
                    for (int j = 0; j < 5; j++)
                        system[i, j] = others.Sum(row => (features[row][i] - mean[i]) * (features[row][j] - mean[j])) + (i == j ? strength : 0);
                    system[i, 5] = others.Sum(row => (features[row][i] - mean[i]) * ((classes[row] == target ? 1 : 0) - share));
                }
                double[] weights = Eliminate(system, out _);
                return share + weights.Select((weight, column) => weight * (features[left][column] - mean[column])).Sum();
            })];
            right += Array.IndexOf(outputs, outputs.Max()) == classes[left] ? 1 : 0;
            error += outputs.Select((output, target) => Math.Pow(output - (classes[left] == target ? 1 : 0), 2)).Sum();
        }
        return ((double)right / classes.Length, error / classes.Length / 3);
    }
}
