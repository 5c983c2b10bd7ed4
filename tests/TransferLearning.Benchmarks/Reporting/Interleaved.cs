namespace TransferLearning.Benchmarks.Reporting;

/// <summary>Runs several contenders in turn, so that a change of the machine's speed meets them all.</summary>
internal static class Interleaved
{
    /// <summary>The medians of the contenders, in their order, over rounds of which the first, which warms up, is not counted.</summary>
    public static Measurement[] Medians(string what, int rounds, params Func<double>[] contenders)
    {
        List<double>[] values = [.. contenders.Select(_ => new List<double>())];
        for (int round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? $"{what}: warming up" : $"{what}: round {round} of {rounds}");
            for (int contender = 0; contender < contenders.Length; contender++)
            {
                double value = contenders[contender]();
                if (round > 0)
                    values[contender].Add(value);
            }
        }
        return Array.ConvertAll(values, Measurement.MedianOf);
    }
}
