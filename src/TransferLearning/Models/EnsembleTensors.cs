using TransferLearning.Formats;
using static TorchSharp.torch;

namespace TransferLearning.Models;

/// <summary>The weights of several networks of one kind, as they stand in a model file: the first by their own names, the others behind a prefix.</summary>
internal static class EnsembleTensors
{
    /// <summary>The tensors of all networks; borrowed.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(IReadOnlyList<nn.Module> networks) => networks.SelectMany(
        (network, index) => network.state_dict().Select(entry => (WeightsFile.NetworkPrefix(index) + entry.Key, entry.Value)));

    /// <summary>The tensors of each network, which share their memory with the whole; the caller disposes them.</summary>
    /// <param name="weights">Of all networks; a name of none of the others is the first one's.</param>
    /// <param name="count">How many networks there are.</param>
    public static StateDict[] Split(StateDict weights, int count)
    {
        string[] prefixes = [.. Enumerable.Range(0, count).Select(WeightsFile.NetworkPrefix)];
        StateDict[] parts = [.. prefixes.Select(prefix => new StateDict { Origin = prefix.Length == 0 ? "its network" : $"its {prefix.TrimEnd('/')}" })];
        foreach ((string name, Tensor tensor) in weights)
        {
            int part = Math.Max(0, Array.FindLastIndex(prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
            parts[part].Add(name[prefixes[part].Length..], tensor.alias());
        }
        return parts;
    }
}
