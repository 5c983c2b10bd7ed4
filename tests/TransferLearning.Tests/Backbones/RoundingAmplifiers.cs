namespace TransferLearning.Tests.Backbones;

/// <summary>
/// Networks that turn rounding into chaos when their weights are filled by rule: computed in float64, the logits differ from those in
/// float32, PyTorch's as ours, by 2 to 7 percent of their norm (of the last: only where layers are folded or shortened). Numbers
/// cannot be compared there; shapes, keys and everything else can.
/// </summary>
internal static class RoundingAmplifiers
{
    /// <summary>Those whose logits in float32 depend on the order in which numbers are added.</summary>
    public static IReadOnlyList<string> InFloat32 { get; } = ["efficientnet_b4", "efficientnet_b5", "efficientnet_b6", "efficientnet_b7", "efficientnet_v2_s"];

    /// <summary>Those and the ones that only coarser changes upset.</summary>
    public static IReadOnlyList<string> InCoarserArithmetic { get; } = [.. InFloat32, "efficientnet_v2_m", "efficientnet_v2_l"];
}
