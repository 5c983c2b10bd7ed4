using TransferLearning.Formats.Stored;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>
/// Weights and a network beside each other, tensor by tensor, as PyTorch orders them: module by module, each module's parameters before its buffers.
/// </summary>
/// <param name="Names">From the weights' names to the network's, null for what is dropped; null where the two do not agree.</param>
/// <param name="Difference">Where they disagree first; null where they agree.</param>
internal sealed record TensorOrder(IReadOnlyDictionary<string, string?>? Names, string? Difference)
{
    /// <summary>Counted since PyTorch 0.4.1; older files lack it, and batch norm with a fixed momentum never reads it.</summary>
    private const string BatchCounter = "num_batches_tracked";

    // What tensors are called in nearly every network. Where both sides use these names, they must agree.
    private static readonly string[] _roles = ["weight", "bias", "running_mean", "running_var", BatchCounter];

    /// <summary>Whether a tensor counts the batches that a batch norm has seen.</summary>
    public static bool IsBatchCounter(string name) => LastPart(name) == BatchCounter;

    /// <summary>Compares names in order, shapes, and what tensors are called within their layers.</summary>
    /// <param name="weights">In the order of their file.</param>
    /// <param name="network">Borrowed.</param>
    /// <param name="isHead">Whether a name of the network's is its head's, which may have other shapes, or be absent from the weights.</param>
    public static TensorOrder Compare(StoredWeights weights, nn.Module network, Func<string, bool> isHead)
    {
        (string Name, long[] Shape)[] all = [.. InOrder(network)];
        string[] counters = [.. all.Select(entry => entry.Name).Where(IsBatchCounter)];
        (string Name, long[] Shape)[] wanted = [.. all.Where(entry => !IsBatchCounter(entry.Name))];
        string[] found = [.. weights.Keys.Where(name => !IsBatchCounter(name))];
        string[] foundCounters = [.. weights.Keys.Where(IsBatchCounter)];

        (string Name, long[] Shape)[] body = [.. wanted.Where(entry => !isHead(entry.Name))];
        if (found.Length == body.Length)
            wanted = body;

        foreach ((string name, (string expected, long[] shape)) in found.Zip(wanted))
        {
            if (!isHead(expected) && !weights[name].Shape.AsSpan().SequenceEqual(shape))
                return new(null, $"'{name}' {ShapeText.Of(weights[name].Shape)} would become '{expected}' {ShapeText.Of(shape)}");
            if (LastPart(name) != LastPart(expected) && _roles.Contains(LastPart(name)) && _roles.Contains(LastPart(expected)))
                return new(null, $"'{name}' would become '{expected}'");
        }
        if (found.Length != wanted.Length)
            return new(null, $"the weights hold {found.Length} tensors and the network {wanted.Length}, batch counters left out");

        bool keepCounters = foundCounters.Length == counters.Length;
        IEnumerable<(string, string?)> pairs =
        [
            .. found.Zip(wanted, (name, entry) => (name, (string?)entry.Name)),
            .. foundCounters.Select((name, index) => (name, keepCounters ? counters[index] : null)),
        ];
        return new(pairs.ToDictionary(StringComparer.Ordinal), null);
    }

    private static IEnumerable<(string Name, long[] Shape)> InOrder(nn.Module network)
    {
        HashSet<string> saved = [.. network.state_dict().Keys];
        return InOrder(network, "").Where(entry => saved.Remove(entry.Name)); // what two modules share counts once
    }

    // TorchSharp goes through all children before it goes through theirs.
    private static IEnumerable<(string Name, long[] Shape)> InOrder(nn.Module module, string prefix) =>
    [
        .. module.named_parameters(recurse: false).Select(entry => (prefix + entry.name, entry.parameter.shape)),
        .. module.named_buffers(recurse: false).Select(entry => (prefix + entry.name, entry.buffer.shape)),
        .. module.named_children().SelectMany(child => InOrder(child.module, $"{prefix}{child.name}.")),
    ];

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
