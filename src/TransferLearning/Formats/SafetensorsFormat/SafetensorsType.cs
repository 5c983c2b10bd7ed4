using static TorchSharp.torch;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>Element types by the names that safetensors gives them.</summary>
internal static class SafetensorsType
{
    private static readonly Dictionary<string, ScalarType> _byName = new(StringComparer.Ordinal)
    {
        ["BOOL"] = ScalarType.Bool,
        ["U8"] = ScalarType.Byte,
        ["I8"] = ScalarType.Int8,
        ["I16"] = ScalarType.Int16,
        ["I32"] = ScalarType.Int32,
        ["I64"] = ScalarType.Int64,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["F32"] = ScalarType.Float32,
        ["F64"] = ScalarType.Float64,
        ["C64"] = ScalarType.ComplexFloat32,
    };

    private static readonly Dictionary<ScalarType, string> _byType = _byName.ToDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>The type of a name.</summary>
    /// <exception cref="InvalidDataException">The format or TorchSharp has no such type.</exception>
    public static ScalarType Parse(string name) => _byName.TryGetValue(name, out ScalarType type)
        ? type
        : throw new InvalidDataException($"a tensor's type is '{name}'; those that can be read are {string.Join(", ", _byName.Keys)}");

    /// <summary>The name of a type.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static string Name(ScalarType type) => _byType.TryGetValue(type, out string? name)
        ? name
        : throw new ArgumentException($"Safetensors has no type for {type}; those it has are {string.Join(", ", _byType.Keys)}.", nameof(type));
}
