namespace TransferLearning.Formats;

/// <summary>What renaming does to named tensors, wherever they lie.</summary>
internal static class TensorNames
{
    /// <summary>Renames all; the order stays.</summary>
    /// <param name="tensors">By their present names.</param>
    /// <param name="rename">From the present name to the new one; null drops the tensor.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <exception cref="ArgumentException">Two tensors get the same name.</exception>
    public static (
        OrderedDictionary<string, T> Renamed, List<T> Dropped) Rename<T>(OrderedDictionary<string, T> tensors, Func<string, string?> rename, string origin)
    {
        ArgumentNullException.ThrowIfNull(rename);
        var renamed = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        var dropped = new List<T>();
        foreach ((string name, T tensor) in tensors)
        {
            string? newName = rename(name);
            if (newName is null)
                dropped.Add(tensor);
            else if (!renamed.TryAdd(newName, tensor))
                throw new ArgumentException($"Two tensors of '{origin}' would be named '{newName}'; '{name}' is the second.", nameof(rename));
        }
        return (renamed, dropped);
    }

    /// <summary>A name with the first prefix that fits replaced; unchanged where none does.</summary>
    public static string Replaced(string name, params IEnumerable<(string From, string To)> prefixes) => prefixes
        .Where(prefix => name.StartsWith(prefix.From, StringComparison.Ordinal))
        .Select(prefix => prefix.To + name[prefix.From.Length..])
        .FirstOrDefault(name);
}
