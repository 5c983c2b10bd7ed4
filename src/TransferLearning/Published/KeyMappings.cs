using System.Text.RegularExpressions;

namespace TransferLearning.Published;

/// <summary>Renames the keys of well-known weights files to those of the built-in networks.</summary>
public static partial class KeyMappings
{
    // The blocks of each stage of B0 and Lite0: Tan and Le, 2019, table 1.
    private static readonly int[] StageDepths = [1, 2, 2, 3, 3, 4, 1];

    /// <summary>
    /// From the "EfficientNet PyTorch" naming to timm's, for the depth of B0 and Lite0: "_blocks.3._expand_conv.weight" is
    /// "blocks.2.0.conv_pw.weight", "_fc.bias" is "classifier.bias".
    /// </summary>
    /// <remarks>
    /// The one counts blocks through the network, the other within each stage; the one numbers batch norms from 0 and skips the number
    /// of a missing expansion, the other counts the batch norms that are there from 1.
    /// </remarks>
    /// <param name="key">A key of the file.</param>
    /// <returns>The network's key; a key that follows no such rule comes back unchanged, so that loading can name it.</returns>
    public static string EfficientNetPyTorchToTimm(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Match block = BlockKey().Match(key);
        if (block.Success && int.TryParse(block.Groups["index"].ValueSpan, out int index) && index < StageDepths.Sum())
            return BlockLayerToTimm(index, block.Groups["layer"].Value, block.Groups["rest"].Value) ?? key;

        return key.Split('.', 2) switch
        {
            ["_conv_stem", var rest] => $"conv_stem.{rest}",
            ["_bn0", var rest] => $"bn1.{rest}",
            ["_conv_head", var rest] => $"conv_head.{rest}",
            ["_bn1", var rest] => $"bn2.{rest}",
            ["_fc", var rest] => $"classifier.{rest}",
            _ => key,
        };
    }

    private static string? BlockLayerToTimm(int index, string layer, string rest)
    {
        int stage = 0;
        for (; index >= StageDepths[stage]; stage++)
            index -= StageDepths[stage];

        bool expands = stage > 0;
        string? renamed = (layer, expands) switch
        {
            ("_expand_conv", true) => "conv_pw",
            ("_bn0", true) => "bn1",
            ("_depthwise_conv", _) => "conv_dw",
            ("_bn1", true) => "bn2",
            ("_bn1", false) => "bn1",
            ("_project_conv", true) => "conv_pwl",
            ("_project_conv", false) => "conv_pw",
            ("_bn2", true) => "bn3",
            ("_bn2", false) => "bn2",
            _ => null,
        };
        return renamed is null ? null : $"blocks.{stage}.{index}.{renamed}.{rest}";
    }

    [GeneratedRegex(@"^_blocks\.(?<index>[0-9]+)\.(?<layer>[^.]+)\.(?<rest>.+)$")]
    private static partial Regex BlockKey();
}
