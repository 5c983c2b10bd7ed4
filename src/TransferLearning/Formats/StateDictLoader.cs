using TransferLearning.Formats.Stored;
using TransferLearning.Internal;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>Copies named tensors into a network of the same names and shapes.</summary>
internal static class StateDictLoader
{
    /// <summary>
    /// Fills a network's parameters and buffers in place, after every name and shape was checked; each value is converted to the network's
    /// number type and device.
    /// </summary>
    /// <param name="network">Its tensors are overwritten; all of them must be in the weights, but skipped ones and batch counters.</param>
    /// <param name="weights">All of them must be in the network, but skipped ones; borrowed.</param>
    /// <param name="skip">Which names, of either side, are left out: a head of another number of outputs, say.</param>
    /// <returns>What was loaded and what was left.</returns>
    /// <exception cref="WeightsMismatchException">Names or shapes differ; the network is unchanged.</exception>
    /// <exception cref="WeightsFormatException">The file cannot be read to its end; some of the network is overwritten.</exception>
    public static LoadReport Load(nn.Module network, StoredWeights weights, Func<string, bool> skip)
    {
        Dictionary<string, Tensor> targets = network.state_dict();
        string[] wanted = [.. targets.Keys.Where(name => !skip(name))];
        string[] absent = [.. wanted.Where(name => !weights.Contains(name))];
        string[] loaded = [.. wanted.Where(weights.Contains)];
        Check(network, targets, weights, absent, loaded, skip);

        Copy(targets, weights, loaded);
        return new LoadReport { Loaded = loaded, Skipped = [.. targets.Keys.Union(weights.Keys).Where(skip)], Kept = absent };
    }

    private static void Check(
        nn.Module network, Dictionary<string, Tensor> targets, StoredWeights weights, string[] absent, string[] loaded, Func<string, bool> skip)
    {
        string[] missing = [.. absent.Where(name => !TensorOrder.IsBatchCounter(name))];
        string[] unexpected = [.. weights.Keys.Where(name => !targets.ContainsKey(name) && !skip(name))];
        string[] different = [.. loaded.Select(name => Difference(name, targets[name], weights[name])).OfType<string>()];
        if (missing.Length + unexpected.Length + different.Length > 0)
        {
            bool agreesInOrder = unexpected.Length > 0 && TensorOrder.Compare(weights, network, skip).Names is not null;
            throw new WeightsMismatchException(weights.Origin, missing, unexpected, different, agreesInOrder);
        }
    }

    // TorchSharp's own loading would silently broadcast a tensor of another shape.
    private static string? Difference(string name, Tensor target, StoredTensor source)
    {
        if (!target.shape.AsSpan().SequenceEqual(source.Shape))
            return $"{name} ({ShapeText.Of(source.Shape)} instead of {ShapeText.Of(target.shape)})";
        return Kind(target.dtype) == Kind(source.Type) ? null : $"{name} ({source.Type} instead of {target.dtype})";
    }

    private static string Kind(ScalarType type) => is_floating_point(type) ? "real" : is_complex(type) ? "complex" : "whole";

    private static void Copy(Dictionary<string, Tensor> targets, StoredWeights weights, string[] names)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (string name in names)
            weights.CopyTo(name, targets[name]);
    }
}
