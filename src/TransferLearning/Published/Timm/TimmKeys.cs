using System.Globalization;
using System.Text.RegularExpressions;
using TransferLearning.Formats;

namespace TransferLearning.Published.Timm;

/// <summary>
/// From timm's names of tensors to torchvision's, family by family. A name that follows no rule comes back unchanged, so that loading can name it.
/// </summary>
internal static partial class TimmKeys
{
    private const int LastStage = 3;

    private static readonly int[] _mobileNetV2Depths = [1, 2, 3, 4, 3, 3, 1];

    /// <summary>"blocks.2.0.conv_pw.weight" is "features.3.0.block.0.0.weight".</summary>
    public static string OfEfficientNet(string key)
    {
        if (InvertedBlock.Of(key) is not { } block)
            return OfEnds(key, lastConvolution: "features.8.0", lastNorm: "features.8.1", "classifier.1");
        return block.Layer(expands: block.Stage > 0, gated: true) is var (step, part)
            ? $"features.{block.Stage + 1}.{block.Index}.block.{step}.{part}.{block.Parameter}"
            : key;
    }

    /// <summary>
    /// "blocks.2.0.conv_pw.weight" is "features.4.conv.0.0.weight": blocks count through the network, and the last two layers stand by themselves.
    /// </summary>
    public static string OfMobileNetV2(string key)
    {
        if (InvertedBlock.Of(key) is not { } block)
            return OfEnds(key, lastConvolution: "features.18.0", lastNorm: "features.18.1", "classifier.1");

        bool expands = block.Stage > 0;
        if (block.Layer(expands, gated: false) is not var (step, part))
            return key;
        int narrowing = expands ? 2 : 1;
        string layer = step < narrowing ? $"{step}.{part}" : $"{step + (part == "1" ? 1 : 0)}";
        return $"features.{1 + _mobileNetV2Depths[..block.Stage].Sum() + block.Index}.conv.{layer}.{block.Parameter}";
    }

    /// <summary>"blocks.2.0.se.conv_reduce.bias" is "features.4.block.2.fc1.bias": blocks count through the network.</summary>
    /// <param name="stages">Of each stage of blocks, how many there are, and whether they weigh their channels.</param>
    public static Func<string, string> OfMobileNetV3(params (int Depth, bool Gated)[] stages)
    {
        int afterBlocks = 1 + stages.Sum(stage => stage.Depth);
        return Rename;

        string Rename(string key)
        {
            if (LastConvolution().Match(key) is { Success: true } last && Number(last, "stage") == stages.Length)
                return $"features.{afterBlocks}.{(last.Groups["layer"].Value == "conv" ? 0 : 1)}.{last.Groups["parameter"].Value}";
            if (InvertedBlock.Of(key) is not { } block || block.Stage >= stages.Length)
                return OfEnds(key, lastConvolution: "classifier.0", lastNorm: null, "classifier.3");
            return block.Layer(expands: block.Stage > 0, stages[block.Stage].Gated) is var (step, part)
                ? $"features.{1 + stages[..block.Stage].Sum(stage => stage.Depth) + block.Index}.block.{step}.{part}.{block.Parameter}"
                : key;
        }
    }

    /// <summary>"stages.1.blocks.0.mlp.fc1.bias" is "features.3.0.block.3.bias".</summary>
    public static string OfConvNeXt(string key)
    {
        if (ConvNeXtBlock().Match(key) is { Success: true } block)
        {
            return $"features.{2 * Number(block, "stage") + 1}.{block.Groups["block"].Value}." + TensorNames.Replaced(
                block.Groups["layer"].Value,
                ("gamma", "layer_scale"), ("conv_dw", "block.0"), ("norm", "block.2"), ("mlp.fc1", "block.3"), ("mlp.fc2", "block.5"));
        }

        Match downsample = ConvNeXtDownsample().Match(key);
        if (downsample.Success && Number(downsample, "stage") is >= 1 and <= LastStage and int stage)
            return $"features.{2 * stage}.{downsample.Groups["rest"].Value}";
        return TensorNames.Replaced(key, ("stem.", "features.0."), ("head.norm.", "classifier.0."), ("head.fc.", "classifier.2."));
    }

    /// <summary>"blocks.3.attn.qkv.weight" is "encoder.layers.encoder_layer_3.self_attention.in_proj_weight".</summary>
    public static string OfVisionTransformer(string key) => TransformerBlock().Match(key) is { Success: true } block
        ? $"encoder.layers.encoder_layer_{block.Groups["block"].Value}." + TensorNames.Replaced(
            block.Groups["layer"].Value,
            ("norm1.", "ln_1."), ("attn.qkv.", "self_attention.in_proj_"), ("attn.proj.", "self_attention.out_proj."),
            ("norm2.", "ln_2."), ("mlp.fc1.", "mlp.0."), ("mlp.fc2.", "mlp.3."))
        : TensorNames.Replaced(
            key, ("cls_token", "class_token"), ("pos_embed", "encoder.pos_embedding"), ("patch_embed.proj.", "conv_proj."),
            ("norm.", "encoder.ln."), ("head.", "heads.head."));

    /// <summary>
    /// MobileNetV3's layer before the head, by torchvision's name and timm's shape: a convolution of one pixel there, a linear layer here. What
    /// is otherwise comes back unchanged.
    /// </summary>
    public static long[] ShapeOfMobileNetV3(string key, long[] shape) =>
        key == "classifier.0.weight" && shape is [var outputs, var inputs, 1, 1] ? [outputs, inputs] : shape;

    /// <summary>ConvNeXt's scale of each channel of a block, by torchvision's name and timm's shape: one side there, three here.</summary>
    public static long[] ShapeOfConvNeXt(string key, long[] shape) =>
        key.EndsWith(".layer_scale", StringComparison.Ordinal) && shape is [var channels] ? [channels, 1, 1] : shape;

    // The layers before and after the blocks of the mobile networks.
    private static string OfEnds(string key, string lastConvolution, string? lastNorm, string classifier) => key.Split('.', 2) switch
    {
        ["conv_stem", var parameter] => $"features.0.0.{parameter}",
        ["bn1", var parameter] => $"features.0.1.{parameter}",
        ["conv_head", var parameter] => $"{lastConvolution}.{parameter}",
        ["bn2", var parameter] when lastNorm is not null => $"{lastNorm}.{parameter}",
        ["classifier", var parameter] => $"{classifier}.{parameter}",
        _ => key,
    };

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^blocks\.(?<stage>[0-9])\.(?<block>[0-9]{1,2})" +
        @"\.(?<layer>conv_pw|conv_dw|conv_pwl|bn1|bn2|bn3|se\.conv_reduce|se\.conv_expand)\.(?<parameter>\w+)$")]
    private static partial Regex InvertedBlockKey();

    [GeneratedRegex(@"^blocks\.(?<stage>[0-9])\.0\.(?<layer>conv|bn1)\.(?<parameter>\w+)$")]
    private static partial Regex LastConvolution();

    [GeneratedRegex(@"^stages\.(?<stage>[0-3])\.blocks\.(?<block>[0-9]{1,2})\.(?<layer>(gamma|conv_dw|norm|mlp\.fc1|mlp\.fc2)(|\.\w+))$")]
    private static partial Regex ConvNeXtBlock();

    [GeneratedRegex(@"^stages\.(?<stage>[0-9])\.downsample\.(?<rest>[01]\.\w+)$")]
    private static partial Regex ConvNeXtDownsample();

    [GeneratedRegex(@"^blocks\.(?<block>[0-9]{1,2})\.(?<layer>(norm1|attn\.qkv|attn\.proj|norm2|mlp\.fc1|mlp\.fc2)\.\w+)$")]
    private static partial Regex TransformerBlock();

    /// <summary>A tensor of an inverted residual block, as timm names it: "blocks.STAGE.INDEX.LAYER.PARAMETER".</summary>
    private sealed record InvertedBlock(int Stage, int Index, string LayerName, string Parameter)
    {
        public static InvertedBlock? Of(string key) => InvertedBlockKey().Match(key) is { Success: true } match
            ? new InvertedBlock(Number(match, "stage"), Number(match, "block"), match.Groups["layer"].Value, match.Groups["parameter"].Value)
            : null;

        /// <summary>
        /// Which step of torchvision's block the layer belongs to, widening, filtering, weighing, narrowing, and which part of it; null where
        /// such a block has none.
        /// </summary>
        public (int Step, string Part)? Layer(bool expands, bool gated)
        {
            int filtering = expands ? 1 : 0;
            int narrowing = filtering + (gated ? 2 : 1);
            return (LayerName, expands) switch
            {
                ("conv_pw", true) => (0, "0"),
                ("bn1", true) => (0, "1"),
                ("conv_dw", _) => (filtering, "0"),
                ("bn2", true) or ("bn1", false) => (filtering, "1"),
                ("se.conv_reduce", _) when gated => (filtering + 1, "fc1"),
                ("se.conv_expand", _) when gated => (filtering + 1, "fc2"),
                ("conv_pwl", true) or ("conv_pw", false) => (narrowing, "0"),
                ("bn3", true) or ("bn2", false) => (narrowing, "1"),
                _ => null,
            };
        }
    }
}
