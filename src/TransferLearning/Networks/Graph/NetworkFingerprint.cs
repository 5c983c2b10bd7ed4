using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>Identifies what a network computes, whatever its weights are: two networks of one name can differ in a stride.</summary>
internal static class NetworkFingerprint
{
    /// <summary>A hash over all modules: their paths, their code, and the operation and attributes of each layer that describes itself.</summary>
    /// <param name="backbone">The network; borrowed.</param>
    /// <param name="withCode">Whether a network is another one after its code was compiled anew.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(Backbone backbone, bool withCode = true)
    {
        IEnumerable<string> lines = backbone.Network.named_modules().Prepend(("", backbone.Network)).Select(entry => Line(entry.Item1, entry.Item2, withCode));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    // The version of an assembly's module changes with its code: with that of every forward pass.
    private static string Line(string path, nn.Module layer, bool withCode)
    {
        Type type = layer.GetType();
        GraphOperation? operation = layer is IGraphLayer || !layer.named_children().Any() ? GraphLayers.Describe(layer) : null;
        IEnumerable<string> attributes = operation?.Attributes.Select(attribute => $"{attribute.Key}: {Text(attribute.Value)}") ?? [];
        if (withCode && operation is { Attributes.Count: 0 } && type.Assembly == typeof(nn.Module).Assembly)
            attributes = SettingsOf(layer, type);
        return $"{path} {type.FullName} {(withCode ? type.Module.ModuleVersionId : "")} {operation?.Name}({string.Join(", ", attributes)})";
    }

    // Of TorchSharp's layers that no table describes, such as the slope of a leaky ReLU.
    private static IEnumerable<string> SettingsOf(nn.Module layer, Type type) => type.GetProperties()
        .Where(property => property.DeclaringType != typeof(nn.Module) && property.CanRead && property.GetIndexParameters().Length == 0)
        .Where(property => property.PropertyType.IsPrimitive || property.PropertyType.IsEnum || property.PropertyType == typeof(long[]))
        .OrderBy(property => property.Name, StringComparer.Ordinal)
        .Select(property => $"{property.Name}: {(property.GetValue(layer) is { } value ? Text(value) : "")}");

    private static string? Text(object value) => value is IEnumerable values and not string
        ? string.Join(' ', values.Cast<object>().Select(Text))
        : Convert.ToString(value, CultureInfo.InvariantCulture);
}
