using TorchSharp.Modules;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>The tensors that an optimizer keeps for each parameter. Owns them.</summary>
internal sealed class OptimizerState : IDisposable
{
    // In the order of the parameters, so that saved files are identical.
    private OrderedDictionary<string, Entry> _entries = [];

    public IReadOnlyDictionary<string, Tensor> this[string parameter] => _entries[parameter].Tensors;

    /// <summary>Keeps the entries of parameters that remain, by name and object; drops the others, and creates new ones.</summary>
    public void Follow(
        IEnumerable<(string Name, Parameter Parameter)> parameters, Func<Tensor, IReadOnlyDictionary<string, Tensor>> start)
    {
        OrderedDictionary<string, Entry> before = _entries;
        _entries = [];
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (before.TryGetValue(name, out Entry? entry) && ReferenceEquals(entry.Parameter, parameter))
                before.Remove(name);
            else
                entry = new Entry(parameter, Detached(start(parameter)));
            _entries.Add(name, entry);
        }
        Dispose(before);
    }

    public IEnumerable<(string Name, Tensor Value)> All() =>
        from entry in _entries
        from tensor in entry.Value.Tensors
        select ($"{tensor.Key}/{entry.Key}", tensor.Value);

    public void Load(IEnumerable<(string Name, Tensor Value)> state)
    {
        Dictionary<string, Tensor> given = state.ToDictionary(entry => entry.Name, entry => entry.Value);
        (string Name, Tensor Value)[] wanted = [.. All()];
        Check(wanted, given);
        foreach ((string name, Tensor value) in wanted)
            value.copy_(given[name]);
    }

    public void Dispose() => Dispose(_entries);

    // copy_ would silently broadcast a wrong shape.
    private static void Check((string Name, Tensor Value)[] wanted, Dictionary<string, Tensor> given)
    {
        foreach ((string name, Tensor value) in wanted)
        {
            if (!given.TryGetValue(name, out Tensor? found))
                throw new ArgumentException($"The optimizer state lacks '{name}'; it belongs to another optimizer or to other parameters.");
            if (found.dtype != value.dtype || !found.shape.SequenceEqual(value.shape))
                throw new ArgumentException($"The optimizer state holds '{name}' as {Describe(found)}; it must be {Describe(value)}.");
        }
        if (given.Keys.Except(wanted.Select(entry => entry.Name)).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(
                $"The optimizer state holds '{unknown}', which this optimizer does not keep; it belongs to another optimizer or to other parameters.");
        }
    }

    private static string Describe(Tensor tensor) => $"{tensor.dtype} {ShapeText.Of(tensor.shape)}";

    // A dispose scope around the first step must not dispose the state.
    private static IReadOnlyDictionary<string, Tensor> Detached(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (Tensor tensor in tensors.Values)
            tensor.DetachFromDisposeScope();
        return tensors;
    }

    private static void Dispose(OrderedDictionary<string, Entry> entries)
    {
        foreach (Tensor tensor in entries.Values.SelectMany(entry => entry.Tensors.Values))
            tensor.Dispose();
        entries.Clear();
    }

    private sealed record Entry(Parameter Parameter, IReadOnlyDictionary<string, Tensor> Tensors);
}
