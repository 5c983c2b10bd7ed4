using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TransferLearning.Metrics;

/// <summary>The metric values of one pass, by metric or name. Immutable; equal if names and values are equal, in order.</summary>
public sealed class MetricValues : IReadOnlyDictionary<string, double>, IEquatable<MetricValues>
{
    private readonly OrderedDictionary<string, double> _values;

    /// <summary>Takes values.</summary>
    /// <param name="values">By name, in the order that they keep.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public MetricValues(IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = new OrderedDictionary<string, double>(values, StringComparer.Ordinal);
    }

    /// <summary>The metrics' names, in the order in which they were named.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>The values in the same order.</summary>
    public IEnumerable<double> Values => _values.Values;

    /// <summary>How many metrics there are.</summary>
    public int Count => _values.Count;

    /// <summary>What a metric came to.</summary>
    /// <param name="metric">One that was measured.</param>
    /// <exception cref="KeyNotFoundException">The metric was not measured.</exception>
    public double this[Metric metric]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(metric);
            return this[metric.Name];
        }
    }

    /// <summary>What the metric of a name came to.</summary>
    /// <param name="name">The metric's name.</param>
    /// <exception cref="KeyNotFoundException">No metric of the name was measured.</exception>
    public double this[string name] => _values.TryGetValue(name, out double value)
        ? value
        : throw new KeyNotFoundException($"'{name}' was not measured. Measured: {string.Join(", ", Keys)}.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _values.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(MetricValues? other) => other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetricValues);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(_values.Count, HashCode.Combine);

    /// <summary>The names and values, as in <c>loss 0.1234, accuracy 0.9500</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => string.Join(", ", _values.Select(value => FormattableString.Invariant($"{value.Key} {value.Value:0.0000}")));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
