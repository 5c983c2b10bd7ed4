namespace TransferLearning.Formats;

/// <summary>Weights do not fit a network; nothing of the network was changed.</summary>
public sealed class WeightsMismatchException : Exception
{
    private const int MostShown = 10;
    private const string OfEnsemble = " They are those of an ensemble of several networks: take the file of one of its members.";

    /// <summary>Reports weights that do not fit.</summary>
    /// <param name="origin">Where the weights come from.</param>
    /// <param name="missing">The network's tensors that the weights lack.</param>
    /// <param name="unexpected">The weights' tensors that the network lacks.</param>
    /// <param name="different">The tensors of another shape or kind, each with both.</param>
    /// <param name="agreesInOrder">Whether only the names differ: order and shapes are the network's.</param>
    public WeightsMismatchException(
        string origin, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> different, bool agreesInOrder = false)
        : base(Begin(origin) +
               $"{Part(missing, "missing from the weights")}{Part(unexpected, "unknown to the network")}{Part(different, "of another shape")}" +
               Advice(missing.Count > 0 && unexpected.Count > 0, agreesInOrder) +
               (unexpected.Any(name => name.StartsWith(WeightsFile.NetworkPrefix(1), StringComparison.Ordinal)) ? OfEnsemble : ""))
    {
        Origin = origin;
        Missing = missing;
        Unexpected = unexpected;
        Different = different;
    }

    /// <summary>Reports weights whose order is not the network's.</summary>
    internal WeightsMismatchException(string origin, string difference)
        : base(
            $"{Begin(origin)} They are not in the network's order: {difference}. Give a rename " +
            $"of another kind than {nameof(WeightsRename)}.{nameof(WeightsRename.ByOrder)}.")
    {
        Origin = origin;
        Missing = Unexpected = [];
        Different = [difference];
    }

    /// <summary>Where the weights come from.</summary>
    public string Origin { get; }

    /// <summary>The network's tensors that the weights lack.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The weights' tensors that the network lacks.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>The tensors of another shape or kind, each with both.</summary>
    public IReadOnlyList<string> Different { get; }

    private static string Begin(string origin) => $"The weights of '{origin}' do not fit the network, which was not changed.";

    private static string Advice(bool namesDiffer, bool agreesInOrder) => agreesInOrder
        ? $" Only the names differ, since order and shapes agree: load them with {nameof(WeightsRename)}.{nameof(WeightsRename.ByOrder)}."
        : namesDiffer ? " If only the names differ, give a rename." : "";

    private static string Part(IReadOnlyList<string> names, string what)
    {
        if (names.Count == 0)
            return "";
        string more = names.Count > MostShown ? $" and {names.Count - MostShown} more" : "";
        return $" {names.Count} {what}: {string.Join(", ", names.Take(MostShown))}{more}.";
    }
}
