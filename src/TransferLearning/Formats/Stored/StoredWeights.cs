using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TransferLearning.Formats.Stored;

/// <summary>
/// Named tensors in a file's order, none of them read yet. Names, types and shapes are known, and the file's own promises have
/// been checked, so that a network can be checked against them first; the values then go to their place with no copy between.
/// </summary>
internal sealed class StoredWeights : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private OrderedDictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Where the tensors come from, as error messages name it.</summary>
    public required string Origin { get; init; }

    /// <summary>Notes that the file carries beside its tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>A tensor by a name that is there.</summary>
    public StoredTensor this[string name] => _tensors[name];

    public IReadOnlyCollection<string> Keys => _tensors.Keys;

    /// <summary>Weights that have been read already; borrowed.</summary>
    public static StoredWeights Of(StateDict weights)
    {
        var stored = new StoredWeights { Origin = weights.Origin };
        foreach ((string name, Tensor tensor) in weights)
            stored.Add(name, new TensorInMemory(tensor));
        return stored;
    }

    /// <summary>Adds a tensor at the end.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, StoredTensor tensor) => _tensors.Add(name, tensor);

    /// <summary>Takes over what the tensors are read from: disposed with this, in the order in which they came.</summary>
    public void Own(IDisposable resource) => _owned.Add(resource);

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public bool TryGetValue(string name, [MaybeNullWhen(false)] out StoredTensor tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Renames every tensor; the order stays.</summary>
    /// <param name="rename">From the present name to the new one; null drops the tensor.</param>
    /// <exception cref="ArgumentException">Two tensors get the same name; nothing is changed.</exception>
    public void Rename(Func<string, string?> rename) => _tensors = TensorNames.Rename(_tensors, rename, Origin).Renamed;

    /// <summary>Gives tensors other sides.</summary>
    /// <param name="shapeOf">From a tensor's name and its present shape to the new one, of as many elements.</param>
    public void Reshape(Func<string, long[], long[]> shapeOf)
    {
        foreach ((string name, StoredTensor tensor) in _tensors.ToArray())
            _tensors[name] = new ReshapedTensor(tensor, shapeOf(name, tensor.Shape));
    }

    /// <summary>Overwrites a tensor of the same shape with the stored one of that name, converted to its type and device.</summary>
    /// <exception cref="WeightsFormatException">The file cannot be read.</exception>
    public void CopyTo(string name, Tensor target) => FormatErrors.Name(Origin, () =>
    {
        this[name].CopyTo(target);
        return true;
    });

    /// <summary>The values of one tensor; the caller disposes it.</summary>
    /// <exception cref="WeightsFormatException">The file cannot be read.</exception>
    public Tensor Read(string name) => FormatErrors.Name(Origin, this[name].Read);

    /// <summary>The values of all tensors; the caller disposes them.</summary>
    /// <exception cref="WeightsFormatException">The file cannot be read.</exception>
    public StateDict ReadAll()
    {
        var weights = new StateDict { Origin = Origin, Metadata = Metadata };
        try
        {
            foreach (string name in _tensors.Keys)
                weights.Add(name, Read(name));
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _owned.ForEach(resource => resource.Dispose());
        _owned.Clear();
    }
}
