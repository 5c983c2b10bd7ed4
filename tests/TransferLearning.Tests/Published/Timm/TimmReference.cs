using TransferLearning.Tests.Networks;

namespace TransferLearning.Tests.Published.Timm;

/// <summary>The networks that timm computed reference values for and that are built in.</summary>
internal static class TimmReference
{
    public static TheoryData<string> Names { get; } =
    [
        "resnet18", "resnet50", "efficientnet_b0", "mobilenetv3_small_100", "mobilenetv3_large_100",
        "tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2", "tf_efficientnet_lite3", "tf_efficientnet_lite4",
        "vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224",
    ];

    /// <summary>Skips the test where the reference folder is absent.</summary>
    public static ReferenceNetwork Require(string name) => ReferenceNetwork.OfTimm(name);
}
