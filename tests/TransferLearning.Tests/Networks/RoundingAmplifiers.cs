namespace TransferLearning.Tests.Networks;

/// <summary>Networks that amplify rounding until numbers cannot be compared digit by digit, where their weights are filled by rule; keys and shapes can.</summary>
internal static class RoundingAmplifiers
{
    /// <summary>
    /// Those whose logits change by 1 to 7 percent of the norm of all from float32 to float64, which is as much as a logit has; PyTorch's
    /// as much as ours. In float64 they point where PyTorch's do: the least cosine between the listed logits. Unrelated ones would have 0 ± 0.25.
    /// </summary>
    public static IReadOnlyDictionary<string, double> InFloat32 { get; } = new Dictionary<string, double>
    {
        ["efficientnet_b4"] = 0.96,
        ["efficientnet_b5"] = 0.87,
        ["efficientnet_b6"] = 0.73,
        ["efficientnet_b7"] = 0.77,
        ["efficientnet_v2_s"] = 0.89,
        ["regnet_y_1_6gf"] = 0.99,
        ["regnet_y_128gf"] = 0.84,
    };
}
