using System.Reflection;
using System.Text.RegularExpressions;
using TransferLearning.Published;

namespace TransferLearning.Tests.Published;

/// <summary>The methods of <see cref="Pretrained"/> that stand for one network each, found by reflection.</summary>
internal static partial class PretrainedFactories
{
    private static readonly string[] _others =
        [nameof(Pretrained.ByName), nameof(Pretrained.From), nameof(Pretrained.FromTorchScript), nameof(Pretrained.FromOnnx), nameof(Pretrained.FromHuggingFace), nameof(Pretrained.Fast), nameof(Pretrained.Balanced), nameof(Pretrained.Accurate)];

    private static readonly Dictionary<string, MethodInfo> _bySpelling = typeof(Pretrained)
        .GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.ReturnType == typeof(PretrainedBackbone) && !_others.Contains(method.Name))
        .ToDictionary(method => method.Name.ToLowerInvariant());

    /// <summary>The methods' names in small letters.</summary>
    public static IEnumerable<string> Spellings => _bySpelling.Keys;

    /// <summary>What a network's method must be called, in small letters: an underscore stays only between two digits, and timm's mark of TensorFlow's weights goes.</summary>
    public static string Spelling(string network) => NeedlessUnderscore().Replace(network.StartsWith("tf_") ? network[3..] : network, "");

    /// <summary>The name of a network's method.</summary>
    public static string MethodName(string network) => _bySpelling[Spelling(network)].Name;

    /// <summary>Calls a network's method with its defaults.</summary>
    public static PretrainedBackbone Call(string network)
    {
        MethodInfo factory = _bySpelling[Spelling(network)];
        object?[] defaults = [.. factory.GetParameters().Select(parameter => parameter.DefaultValue)];
        return (PretrainedBackbone)factory.Invoke(null, BindingFlags.DoNotWrapExceptions, null, defaults, null)!;
    }

    [GeneratedRegex("(?<![0-9])_|_(?![0-9])")]
    private static partial Regex NeedlessUnderscore();
}
