using TransferLearning.Networks.Architectures;

namespace TransferLearning.Published.Timm;

/// <summary>Which of timm's architectures are built in, under which name, and what their tensors are called there.</summary>
/// <remarks>
/// Source: R. Wightman, "PyTorch Image Models" (timm), its state dicts and defaults. Left out are those that look alike and compute
/// otherwise: "tf_efficientnet_b0" pads as TensorFlow does, "efficientnet_b5" and later normalize with another epsilon.
/// </remarks>
internal static class TimmNetworks
{
    private static readonly Dictionary<string, TimmNetwork> _all = new(StringComparer.Ordinal);

    static TimmNetworks()
    {
        foreach (string name in (string[])[
            "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d",
            "wide_resnet50_2", "wide_resnet101_2",
            "densenet121", "densenet161", "densenet169", "densenet201",
            "tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2", "tf_efficientnet_lite3", "tf_efficientnet_lite4"])
        {
            Add(name, name, key => key);
        }

        foreach (string size in (string[])["b0", "b1", "b2", "b3", "b4"])
            Add($"efficientnet_{size}", $"efficientnet_{size}", TimmKeys.OfEfficientNet);
        Add("mobilenetv2_100", "mobilenet_v2", TimmKeys.OfMobileNetV2);
        Add(
            "mobilenetv3_small_100", MobileNetV3.TimmSmall,
            TimmKeys.OfMobileNetV3((1, true), (2, false), (3, true), (2, true), (3, true)), TimmKeys.ShapeOfMobileNetV3);
        Add(
            "mobilenetv3_large_100", MobileNetV3.TimmLarge,
            TimmKeys.OfMobileNetV3((1, false), (2, false), (3, true), (4, false), (2, true), (3, true)), TimmKeys.ShapeOfMobileNetV3);

        foreach (string size in (string[])["tiny", "small", "base", "large"])
            Add($"convnext_{size}", $"convnext_{size}", TimmKeys.OfConvNeXt, TimmKeys.ShapeOfConvNeXt);

        foreach ((string timm, string own) in ((string, string)[])[
            ("tiny_patch16", VisionTransformer.Tiny), ("small_patch16", VisionTransformer.Small), ("base_patch16", "vit_b_16"), ("base_patch32", "vit_b_32"),
            ("large_patch16", "vit_l_16"), ("large_patch32", "vit_l_32"), ("huge_patch14", "vit_h_14")])
        {
            foreach (int side in (int[])[224, 384])
                Add($"vit_{timm}_{side}", own, TimmKeys.OfVisionTransformer);
        }
    }

    /// <summary>The names that timm knows them by.</summary>
    public static IReadOnlyList<string> Names => [.. _all.Keys];

    /// <summary>A network by timm's name; null where it is not built in.</summary>
    public static TimmNetwork? Find(string name) => _all.GetValueOrDefault(name);

    private static void Add(string timm, string own, Func<string, string> rename, Func<string, long[], long[]>? reshape = null) =>
        _all.Add(timm, new TimmNetwork(BuiltInNetworks.Find(own)!, rename, reshape ?? ((_, shape) => shape)));
}

/// <summary>A network of timm's that a built-in one computes: same layers, same numbers, other names.</summary>
/// <param name="Entry">The built-in network.</param>
/// <param name="Rename">From timm's name of a tensor to the built-in network's.</param>
/// <param name="Reshape">
/// From the built-in network's name of a tensor and timm's shape to the built-in network's shape: they differ in sides of length 1, where one
/// has a convolution of one pixel and the other a linear layer.
/// </param>
internal sealed record TimmNetwork(CatalogEntry Entry, Func<string, string> Rename, Func<string, long[], long[]> Reshape);
