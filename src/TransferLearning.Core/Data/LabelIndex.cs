namespace TransferLearning.Data;

/// <summary>Class names in ordinal order, and each one's position.</summary>
internal sealed class LabelIndex
{
    private readonly Dictionary<string, int> _positions;

    public LabelIndex(IEnumerable<string> labels)
    {
        Classes = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _positions = Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Classes { get; }

    public int this[string label] => _positions[label];

    public bool Contains(string label) => _positions.ContainsKey(label);
}
