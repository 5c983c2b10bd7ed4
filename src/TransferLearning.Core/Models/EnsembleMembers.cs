namespace TransferLearning.Models;

/// <summary>The members of an ensemble, and how their outputs are combined. Immutable.</summary>
/// <remarks>Members that differ in their linear heads alone share a network, whose outputs are those of each head in turn.</remarks>
public sealed record EnsembleMembers
{
    /// <summary>The maximum number of members.</summary>
    public const int MaximumCount = 32;

    /// <summary>How many members share each network.</summary>
    /// <value>A number for each network, at least 1; 2 to 32 members together.</value>
    /// <exception cref="ArgumentException">There are fewer or more members, or a network has none.</exception>
    public required IReadOnlyList<int> HeadsPerNetwork
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            bool isCount = value.Count <= MaximumCount && value.All(heads => heads is >= 1 and <= MaximumCount);
            field = isCount && value.Sum() is >= 2 and <= MaximumCount ? [.. value] : throw new ArgumentException(
                $"The heads of an ensemble's networks are {string.Join(", ", value.Take(MaximumCount + 1))}; "
                + $"there must be 2 to {MaximumCount}, at least one for each network.");
        }
    }

    /// <summary>Whether outputs are averaged rather than what is read from them, such as probabilities.</summary>
    /// <value>False by default.</value>
    public bool AverageOutputs { get; init; }

    /// <summary>The number of members.</summary>
    public int Count => HeadsPerNetwork.Sum();
}
