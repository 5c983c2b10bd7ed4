using TransferLearning;
using TransferLearning.Published;
using TransferLearning.Transforms;

namespace Quickstart;

/// <summary>A ResNet-18 that has learned ImageNet's million photographs, from the ONNX file that a NuGet package brings along.</summary>
internal static class ImageNet
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx");

    /// <summary>The network. It takes blue, green, red from 0 to 255, less their means; at 128 x 128, a third of the work of 224 x 224.</summary>
    public static PretrainedBackbone ResNet18() => Pretrained.FromOnnx(File, new OnnxImportOptions
    {
        Preprocessing = new Preprocessing { ResizeTo = 128, CropTo = 128, Statistics = ChannelStatistics.Of255(new Rgb(123.15f, 115.90f, 103.06f)) },
        TakesBgr = true,
    });
}
