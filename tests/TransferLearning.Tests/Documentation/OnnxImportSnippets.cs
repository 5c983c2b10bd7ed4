using TransferLearning.Published;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/onnx-import.md.</summary>
internal static class OnnxImportSnippets
{
    public static void FineTune()
    {
        using TrainingResult result = Trainer
            .FineTune(Pretrained.FromOnnx("resnet50.onnx"))
            .On(ImageFolder.Open("flowers"))
            .Build()
            .Fit();
        result.Model.Save("flowers.tlmodel");
    }

    public static PretrainedBackbone OfCntk()
    {
        PretrainedBackbone resnet = Pretrained.FromOnnx("ResNet18.onnx", new OnnxImportOptions
        {
            Preprocessing = new Preprocessing { Statistics = ChannelStatistics.Of255(new Rgb(123.15f, 115.90f, 103.06f)) },
            TakesBgr = true,
        });
        return resnet;
    }
}
