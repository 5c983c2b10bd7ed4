namespace TransferLearning.Formats;

/// <summary>Builds the functions by which a file's names become a network's.</summary>
public static class WeightsRename
{
    /// <summary>Renames by a table; names outside it stay as they are.</summary>
    /// <param name="table">From the file's names to the network's; null drops the tensor.</param>
    /// <returns>A function for <c>WithWeights</c> or <see cref="StateDict.Rename"/>.</returns>
    public static Func<string, string?> ByTable(IReadOnlyDictionary<string, string?> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return name => table.TryGetValue(name, out string? renamed) ? renamed : name;
    }

    /// <summary>Renames by the first prefix that fits; names that begin with none stay as they are.</summary>
    /// <param name="prefixes">From the start of the file's names to the start of the network's.</param>
    /// <returns>A function for <c>WithWeights</c> or <see cref="StateDict.Rename"/>.</returns>
    public static Func<string, string?> ByPrefix(params (string From, string To)[] prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return name =>
        {
            foreach ((string from, string to) in prefixes)
            {
                if (name.StartsWith(from, StringComparison.Ordinal))
                    return to + name[from.Length..];
            }
            return name;
        };
    }
}
