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
        return $"{path} {type.FullName} {(withCode ? type.Module.ModuleVersionId : "")} {operation?.Name}({string.Join(", ", attributes)})";
    }

    private static string? Text(object value) => value is IEnumerable values and not string
        ? string.Join(' ', values.Cast<object>().Select(Text))
        : Convert.ToString(value, CultureInfo.InvariantCulture);
}
