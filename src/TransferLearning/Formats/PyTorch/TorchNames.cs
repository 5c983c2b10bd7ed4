using System.Collections.Frozen;
using TransferLearning.Formats.Pickle;
using static TorchSharp.torch;

namespace TransferLearning.Formats.PyTorch;

/// <summary>The Python names that a file of weights may use; every other is refused, and none runs any Python.</summary>
/// <remarks>Source: what <c>torch/_utils.py</c> and <c>torch/_tensor.py</c> write into a state dict's pickle.</remarks>
internal static class TorchNames
{
    private static readonly FrozenDictionary<string, object> _allowed = Table().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The substitute of a Python name.</summary>
    /// <exception cref="InvalidDataException">It is not in the table.</exception>
    public static object Resolve(string module, string name) => _allowed.TryGetValue($"{module}.{name}", out object? known)
        ? known
        : throw new InvalidDataException(
            $"it asks Python for '{module}.{name}', which no file of weights needs; nothing of it was run. " +
            "If you trust it and it holds a whole model or a training run, save its weights alone in Python: torch.save(model.state_dict(), path).");

    private static Dictionary<string, object> Table()
    {
        var names = new Dictionary<string, object>();
        foreach ((string prefix, ScalarType type) in ElementTypes())
        {
            names[$"torch.{prefix}Storage"] = type;
            names[$"torch.{prefix}Tensor"] = type;
            names[$"torch.cuda.{prefix}Storage"] = type;
            names[$"torch.cuda.{prefix}Tensor"] = type;
        }

        foreach ((string name, Func<object?[], object?> call) in Functions())
            names[name] = new PickleFunction(name, call);
        return names;
    }

    private static IEnumerable<(string, ScalarType)> ElementTypes() =>
    [
        ("Byte", ScalarType.Byte), ("Char", ScalarType.Int8), ("Short", ScalarType.Int16), ("Int", ScalarType.Int32), ("Long", ScalarType.Int64),
        ("Half", ScalarType.Float16), ("BFloat16", ScalarType.BFloat16), ("Float", ScalarType.Float32), ("Double", ScalarType.Float64),
        ("ComplexFloat", ScalarType.ComplexFloat32), ("ComplexDouble", ScalarType.ComplexFloat64), ("Bool", ScalarType.Bool),
    ];

    private static IEnumerable<(string, Func<object?[], object?>)> Functions() =>
    [
        ("torch._utils._rebuild_tensor", TensorDescription.Rebuild),
        ("torch._utils._rebuild_tensor_v2", TensorDescription.Rebuild),
        ("torch._utils._rebuild_parameter", First),
        ("torch._utils._rebuild_parameter_with_state", First),
        ("torch.Size", First),
        ("torch.device", First),
        ("collections.OrderedDict", OrderedDictionary),
        ("builtins.set", List), ("builtins.frozenset", List), ("builtins.list", List),
        // Python 2 called the module so, and protocol 2 still writes it.
        ("__builtin__.set", List), ("__builtin__.frozenset", List), ("__builtin__.list", List),
    ];

    private static object? First(object?[] arguments) => arguments.Length > 0
        ? arguments[0]
        : throw new InvalidDataException("its pickle leaves out an argument; the file is damaged");

    private static object List(object?[] arguments) => arguments switch
    {
        [] => new List<object?>(),
        [IReadOnlyList<object?> items] => new List<object?>(items),
        _ => throw new InvalidDataException("its pickle makes a list or set of something other than a list or tuple; the file is damaged"),
    };

    // Python 2 gives an OrderedDict its entries as a list of pairs.
    private static object OrderedDictionary(object?[] arguments)
    {
        var dictionary = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (object? entry in arguments is [IReadOnlyList<object?> entries] ? entries : [])
        {
            if (entry is IReadOnlyList<object?> and [string key, var value])
                dictionary[key] = value;
        }
        return dictionary;
    }
}
