namespace TransferLearning.Tests.Backbones;

/// <summary>Networks that amplify rounding until numbers cannot be compared, where their weights are filled by rule; keys and shapes can.</summary>
internal static class RoundingAmplifiers
{
    /// <summary>Networks whose logits in float64 are as near to PyTorch's as its own rounding: an input that is off by 1e-7 moves them by a hundredth of the norm.</summary>
    public static IReadOnlyList<string> SettledInFloat64 { get; } = ["regnet_y_1_6gf", "regnet_y_128gf"];

    /// <summary>
    /// Those, and networks that no format settles: of the first 16 logits, the one that changes most from float32 to float64
    /// does so by 2 to 7 percent of the norm of all, which is as much as a logit has. PyTorch's logits in float32 are as far from float64's as ours.
    /// </summary>
    public static IReadOnlyList<string> InFloat32 { get; } = [.. SettledInFloat64, "efficientnet_b4", "efficientnet_b5", "efficientnet_b6", "efficientnet_b7", "efficientnet_v2_s"];

    /// <summary>Those, and ones that are well-behaved at 224 pixels but not at 64. In float64, folding changes b4, v2_s, v2_m and v2_l by less than 1e-12.</summary>
    public static IReadOnlyList<string> OnSmallPictures { get; } = [.. InFloat32.Except(SettledInFloat64), "efficientnet_v2_m", "efficientnet_v2_l"];
}
