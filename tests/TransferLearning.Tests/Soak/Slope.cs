using System.Globalization;

namespace TransferLearning.Tests.Soak;

/// <summary>How a resource grew: the least-squares line through the means of equal stretches of time, and the 95 % interval of its slope.</summary>
/// <remarks>Neighboring samples resemble each other, which would make the interval of a line through them too narrow; means of long stretches hardly do.</remarks>
internal sealed record Slope(string Resource, double First, double Last, double PerHour, double HalfInterval)
{
    private const int Stretches = 12;

    /// <summary>The 97.5 % quantile of Student's t with 10 degrees of freedom, two fewer than there are stretches.</summary>
    private const double Quantile = 2.228;

    public static Slope Of(string resource, IReadOnlyList<ResourceSample> samples, Func<ResourceSample, double> value)
    {
        if (samples.Count < Stretches)
            throw new ArgumentException($"{samples.Count} samples are too few for a slope; {Stretches} or more are needed.", nameof(samples));

        double begin = samples[0].Time.TotalHours;
        double length = (samples[^1].Time.TotalHours - begin) / Stretches;
        double[] means = new double[Stretches];
        double[] times = new double[Stretches];
        foreach (IGrouping<int, ResourceSample> stretch in samples.GroupBy(sample => Math.Min(Stretches - 1, (int)((sample.Time.TotalHours - begin) / length))))
        {
            means[stretch.Key] = stretch.Average(value);
            times[stretch.Key] = stretch.Average(sample => sample.Time.TotalHours);
        }

        double meanTime = times.Average(), mean = means.Average();
        double spread = times.Sum(time => (time - meanTime) * (time - meanTime));
        double slope = times.Zip(means, (time, level) => (time - meanTime) * (level - mean)).Sum() / spread;
        double residual = times.Zip(means, (time, level) => Math.Pow(level - mean - slope * (time - meanTime), 2)).Sum();
        return new Slope(resource, means[0], means[^1], slope, Quantile * Math.Sqrt(residual / (Stretches - 2) / spread));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {Resource} | {First:F1} | {Last:F1} | {PerHour:+0.0;-0.0;0.0} | {PerHour - HalfInterval:+0.0;-0.0;0.0} to {PerHour + HalfInterval:+0.0;-0.0;0.0} |");
}
