using TransferLearning.Formats;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Heads;

/// <summary>Statistics as named tensors beside the weights of a model file, float64.</summary>
internal static class StatisticsTensors
{
    private const double Largest = 1e150;   // whose square is still finite
    private const int MostNumbers = 1 << 14; // whose square is still one array
    private const double Rounding = 1e-6;

    /// <summary>The tensors; they belong to the caller's dispose scope.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(HeadStatistics statistics)
    {
        yield return (WeightsFile.StatisticsPrefix + "count", Vector([statistics.Count]));
        yield return (WeightsFile.StatisticsPrefix + "feature_sums", Vector(statistics.FeatureSums));
        yield return (WeightsFile.StatisticsPrefix + "second_moments", Matrix(statistics.SecondMoments));
        yield return (WeightsFile.StatisticsPrefix + "target_sums", Vector(statistics.TargetSums));
        yield return (WeightsFile.StatisticsPrefix + "cross_moments", Matrix(statistics.CrossMoments));
    }

    /// <summary>Reads the tensors of a file.</summary>
    /// <param name="tensors">By name; borrowed.</param>
    /// <param name="labels">What the targets were.</param>
    /// <exception cref="InvalidDataException">A tensor is absent, of another size, or cannot be a sum over images.</exception>
    public static HeadStatistics Read(IReadOnlyDictionary<string, Tensor> tensors, LabelKind labels)
    {
        int features = Length("feature_sums");
        int outputs = Length("target_sums");
        var statistics = new HeadStatistics
        {
            Labels = labels,
            Count = Values("count", 1)[0],
            FeatureSums = Values("feature_sums", features),
            SecondMoments = [.. Values("second_moments", features, features).Chunk(features)],
            TargetSums = Values("target_sums", outputs),
            CrossMoments = [.. Values("cross_moments", outputs, features).Chunk(features)],
        };
        Require(statistics.Count >= 1, "the count of images must be at least 1");
        for (int row = 0; row < features; row++)
        {
            double[] moments = statistics.SecondMoments[row];
            double least = statistics.FeatureSums[row] * statistics.FeatureSums[row] / statistics.Count;
            Require(moments[row] >= least * (1 - Rounding), "no feature can have such a sum and such a sum of squares");
            for (int column = 0; column < row; column++)
            {
                double other = statistics.SecondMoments[column][row];
                double most = Math.Sqrt(moments[row]) * Math.Sqrt(statistics.SecondMoments[column][column]);
                Require(Math.Abs(moments[column] - other) <= Rounding * most && Math.Abs(other) <= most * (1 + Rounding), "second moments must be symmetric");
            }
        }
        if (labels == LabelKind.Class || labels == LabelKind.Classes)
        {
            Require(Array.TrueForAll(statistics.TargetSums, sum => (sum == 0 || sum >= 1) && sum <= statistics.Count * (1 + Rounding)),
                "a class has an impossible count");
            double total = statistics.TargetSums.Sum();
            Require(labels != LabelKind.Class || Math.Abs(total - statistics.Count) <= Rounding * statistics.Count, "the classes do not add up to all images");
            foreach ((double sum, double[] products) in statistics.TargetSums.Zip(statistics.CrossMoments))
            {
                bool isPossible = products.Index().All(product =>
                    Math.Abs(product.Item) <= Math.Sqrt(sum) * Math.Sqrt(statistics.SecondMoments[product.Index][product.Index]) * (1 + Rounding));
                Require(isPossible, "no images of a class can have such a sum of features");
            }
        }
        return statistics;

        int Length(string name)
        {
            long[] shape = tensors.TryGetValue(WeightsFile.StatisticsPrefix + name, out Tensor? tensor) ? tensor.shape : [];
            Require(shape is [> 0 and <= MostNumbers], $"'{name}' must be a vector of at most {MostNumbers} numbers");
            return (int)shape[0];
        }

        double[] Values(string name, params long[] shape)
        {
            bool isThere = tensors.TryGetValue(WeightsFile.StatisticsPrefix + name, out Tensor? tensor);
            Require(isThere && tensor!.dtype == ScalarType.Float64 && tensor.shape.AsSpan().SequenceEqual(shape),
                $"'{name}' must be float64 [{string.Join(", ", shape)}]");
            using Tensor contiguous = tensor!.contiguous();
            double[] values = contiguous.data<double>().ToArray();
            Require(Array.TrueForAll(values, value => Math.Abs(value) <= Largest), $"'{name}' has values that are NaN or too large");
            return values;
        }
    }

    private static void Require(bool isSo, string rule)
    {
        if (!isSo)
            throw new InvalidDataException($"its statistics of the head's images cannot be: {rule}.");
    }

    private static Tensor Vector(double[] values) => tensor(values, device: CPU);

    private static Tensor Matrix(double[][] rows) => tensor([.. rows.SelectMany(row => row)], [rows.Length, rows[0].Length], device: CPU);
}
