using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>Named tensors in a file's order; owns them. They lie in main memory and outlive any dispose scope.</summary>
/// <remarks>
/// Tensors that shared memory when they were saved share it here too: to change one in place, clone it first. Several threads may read it
/// at once while none changes it.
/// </remarks>
public sealed class StateDict : IReadOnlyDictionary<string, Tensor>, IDisposable
{
    private OrderedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Where the tensors come from, as error messages name it.</summary>
    /// <value>A path; "the weights" where there is none.</value>
    public string Origin { get; init; } = "the weights";

    /// <summary>Notes that the file carries beside its tensors.</summary>
    /// <value>The metadata of a safetensors file; empty for other formats.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public int Count => _tensors.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _tensors.Keys;

    /// <inheritdoc/>
    public IEnumerable<Tensor> Values => _tensors.Values;

    /// <summary>A tensor by name; borrowed.</summary>
    /// <param name="key">Its full name.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Tensor this[string key] =>
        _tensors.TryGetValue(key, out Tensor? tensor) ? tensor : throw new KeyNotFoundException(
            $"'{Origin}' holds no tensor '{key}'; it holds {Count} others.");

    /// <summary>Adds a tensor at the end.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="tensor">In main memory; owned from here on, also when this throws.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.DetachFromDisposeScope();
        if (_tensors.TryAdd(name, tensor))
            return;
        tensor.Dispose();
        throw new ArgumentException($"'{Origin}' holds two tensors named '{name}'.", nameof(name));
    }

    /// <summary>Renames every tensor; the order stays.</summary>
    /// <param name="rename">From the present name to the new one; null drops the tensor and frees it.</param>
    /// <exception cref="ArgumentException">Two tensors get the same name; nothing is changed.</exception>
    public void Rename(Func<string, string?> rename)
    {
        (_tensors, List<Tensor> dropped) = TensorNames.Rename(_tensors, rename, Origin);
        dropped.ForEach(tensor => tensor.Dispose());
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _tensors.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value) => _tensors.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
            tensor.Dispose();
        _tensors.Clear();
    }
}
