using TransferLearning.Heads;

namespace TransferLearning.Advice;

/// <summary>The accuracy of nearest neighbors, each row left out of its own vote.</summary>
internal static class NeighborVote
{
    public const int Neighbors = 5;

    /// <summary>Lets the five most similar other rows vote, by cosine; of classes with as many votes, the one with the more similar neighbors wins.</summary>
    /// <param name="features">[rows][features].</param>
    /// <param name="classes">[rows].</param>
    public static double Accuracy(double[][] features, int[] classes)
    {
        double[][] directions = Array.ConvertAll(features, Direction);
        using var matrix = new NativeMatrix(directions, directions[0].Length);
        double[][] similarities = matrix.Times(directions);
        int right = similarities.Index().Count(row => Vote(row.Item, row.Index, classes) == classes[row.Index]);
        return (double)right / classes.Length;
    }

    private static int Vote(double[] similarities, int self, int[] classes) => Enumerable.Range(0, classes.Length)
        .Where(other => other != self)
        .OrderByDescending(other => similarities[other]).ThenBy(other => other)
        .Take(Neighbors)
        .GroupBy(other => classes[other])
        .OrderByDescending(votes => votes.Count()).ThenByDescending(votes => votes.Sum(other => similarities[other])).ThenBy(votes => votes.Key)
        .First().Key;

    private static double[] Direction(double[] row)
    {
        double length = Math.Sqrt(NativeMatrix.Dot(row, row));
        return length == 0 ? row : Array.ConvertAll(row, value => value / length);
    }
}
