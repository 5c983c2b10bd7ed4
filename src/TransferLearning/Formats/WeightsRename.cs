using TransferLearning.Formats.Stored;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>How a file's names become a network's. Immutable.</summary>
public abstract class WeightsRename
{
    private WeightsRename()
    {
    }

    /// <summary>
    /// By order: the file's first tensor is the network's first, and so on. For files in which only the names differ, such as many older checkpoints.
    /// </summary>
    /// <remarks>
    /// Names that match the network's are kept. Refused if the number of tensors, a shape, or the last part of a name ("weight", "bias", "running_mean")
    /// differs, as in a file sorted by name. The head may have another number of outputs, or be absent; batch counters (num_batches_tracked) may be absent.
    /// </remarks>
    public static WeightsRename ByOrder { get; } = new OfAll();

    /// <summary>By a function of a name.</summary>
    /// <param name="rename">From the file's name to the network's; null drops the tensor.</param>
    /// <returns>For <c>WithWeights</c>.</returns>
    public static WeightsRename By(Func<string, string?> rename)
    {
        ArgumentNullException.ThrowIfNull(rename);
        return new OfEach(rename);
    }

    /// <summary>By a table; names outside it stay as they are.</summary>
    /// <param name="table">From the file's names to the network's; null drops the tensor.</param>
    /// <returns>For <c>WithWeights</c>.</returns>
    public static WeightsRename ByTable(IReadOnlyDictionary<string, string?> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return By(name => table.TryGetValue(name, out string? renamed) ? renamed : name);
    }

    /// <summary>By the first prefix that fits; names that begin with none stay as they are.</summary>
    /// <param name="prefixes">From the start of the file's names to the start of the network's.</param>
    /// <returns>For <c>WithWeights</c>.</returns>
    public static WeightsRename ByPrefix(params (string From, string To)[] prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return By(name => TensorNames.Replaced(name, prefixes));
    }

    /// <summary>Gives stored weights a network's names.</summary>
    /// <param name="weights">Renamed in place.</param>
    /// <param name="network">Its names, in its order; borrowed.</param>
    /// <param name="isHead">Whether a name of the network's is its head's.</param>
    /// <exception cref="ArgumentException">Two tensors get the same name.</exception>
    /// <exception cref="WeightsMismatchException">The order of the weights is not the network's.</exception>
    internal abstract void Apply(StoredWeights weights, nn.Module network, Func<string, bool> isHead);

    private sealed class OfEach(Func<string, string?> rename) : WeightsRename
    {
        internal override void Apply(StoredWeights weights, nn.Module network, Func<string, bool> isHead) => weights.Rename(rename);
    }

    private sealed class OfAll : WeightsRename
    {
        internal override void Apply(StoredWeights weights, nn.Module network, Func<string, bool> isHead)
        {
            if (network.state_dict().Keys.All(name => isHead(name) || TensorOrder.IsBatchCounter(name) || weights.Contains(name)))
                return;

            TensorOrder order = TensorOrder.Compare(weights, network, isHead);
            if (order.Names is not { } names)
                throw new WeightsMismatchException(weights.Origin, order.Difference!);
            weights.Rename(name => names[name]);
        }
    }
}
