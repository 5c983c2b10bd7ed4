using System.Collections.ObjectModel;
using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>The metric values of one pass, by metric or name. Immutable; equal if names and values are equal, in order.</summary>
/// <param name="values">By name, in the order that they keep; each name once.</param>
public sealed class MetricValues(IEnumerable<KeyValuePair<string, double>> values)
    : ReadOnlyDictionary<string, double>(new OrderedDictionary<string, double>(Require.NotNull(values), StringComparer.Ordinal)),
        IReadOnlyDictionary<string, double>, IEquatable<MetricValues>
{
    /// <summary>What a metric came to.</summary>
    /// <param name="metric">One that was measured.</param>
    /// <exception cref="KeyNotFoundException">The metric was not measured.</exception>
    public double this[Metric metric] => this[Require.NotNull(metric).Name];

    /// <summary>What the metric of a name came to.</summary>
    /// <param name="name">The metric's name.</param>
    /// <exception cref="KeyNotFoundException">No metric of the name was measured.</exception>
    public new double this[string name] => TryGetValue(name, out double value)
        ? value
        : throw new KeyNotFoundException($"'{name}' was not measured. Measured: {string.Join(", ", Keys)}.");

    /// <inheritdoc/>
    public bool Equals(MetricValues? other) => other is not null && this.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetricValues);

    /// <inheritdoc/>
    public override int GetHashCode() => this.Aggregate(Count, HashCode.Combine);

    /// <summary>The names and values in one line, as in <c>loss 0.1234, accuracy 0.9500</c>.</summary>
    public override string ToString() => string.Join(", ", this.Select(value => FormattableString.Invariant($"{value.Key} {value.Value:0.0000}")));
}
