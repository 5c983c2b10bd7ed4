namespace TransferLearning.Networks;

/// <summary>A named run of a network's layers, as freezing and layer-wise learning rates speak of them.</summary>
/// <param name="Name">Such as "stem", "layer1" or "head".</param>
/// <param name="Prefixes">Parameter-name prefixes, whole path segments: "layer1" covers "layer1.0.conv1.weight" and not "layer10.weight".</param>
public sealed record Stage(string Name, params IReadOnlyList<string> Prefixes)
{
    /// <summary>Whether a parameter or buffer of this name belongs to the stage.</summary>
    /// <param name="name">The full name, such as "layer1.0.conv1.weight".</param>
    /// <returns>True where one of <see cref="Prefixes"/> is the name or a leading path of it.</returns>
    public bool Covers(string name) =>
        Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal) &&
                               (name.Length == prefix.Length || name[prefix.Length] == '.'));
}
