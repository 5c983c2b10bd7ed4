using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Benchmarks.Setup;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Exporting;

/// <summary>Real networks in int8 on the tutorial's photographs: how many keep their first ImageNet class, accuracy after a fit, and latency.</summary>
/// <remarks><c>onnx-int8 [setting=value...]</c>, with the properties of <see cref="OnnxQuantization"/>; <c>operators</c> prints what ONNX Runtime makes of the file, <c>fit</c> fits.</remarks>
internal static class OnnxInt8Run
{
    public const string Verb = "onnx-int8";

    private static readonly (string Name, PretrainedBackbone Network)[] _networks =
    [
        ("mobilenet_v2", Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"))),
        ("tf_efficientnet_lite0",
            Pretrained.EfficientNetLite0().WithWeights(ReferenceData.Require("weights/efficientnet_lite0-57934424.pth"), WeightsRename.ByOrder)),
    ];

    public static int Run(string[] settings)
    {
        TorchSharp.torch.set_num_threads(1);
        using var folder = new TemporaryFolder();
        string photographs = ReferenceData.Require("data/hymenoptera_data");
        DatasetSplit split = ImageFolder.Open(photographs).SplitByFolder("train", "val");
        OnnxQuantization quantization = Quantization(settings);
        foreach ((string name, PretrainedBackbone pretrained) in _networks.Where(network => !settings.Any(setting => setting.StartsWith("network=")) || settings.Contains($"network={network.Name}")))
        {
            using Predictor model = OnnxScene.Model(BackboneLoader.Open(pretrained, outputCount: null, seed: 0));
            var options = new OnnxExportOptions
            {
                Input = OnnxInput.Tensor,
                Verifier = new OnnxRuntimeVerifier(session => session.IntraOpNumThreads = 1),
                VerificationImages = JoinedSource.Of(split),
                CalibrationImages = split.Training,
                Quantization = quantization,
                LeastLabelAgreement = 0.001,
                LargestDifference = 1,
            };
            foreach (OnnxPrecision precision in settings.Contains("float") ? new[] { OnnxPrecision.Float32, OnnxPrecision.Int8 } : [OnnxPrecision.Int8])
            {
                string path = folder.File($"{name}-{precision}.onnx");
                long start = Environment.TickCount64;
                OnnxExportResult result = model.ExportOnnx(path, options with { Precision = precision });
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{result} {result.Verification!.Milliseconds:0.00} ms, {(Environment.TickCount64 - start) / 1000.0:0} s"));
                if (settings.Contains("operators"))
                    Console.WriteLine(string.Join(", ", Operators(path).OrderByDescending(count => count.Value).Select(count => $"{count.Key} {count.Value}")));
            }
        }
        if (settings.Contains("fit"))
        {
            foreach ((string name, PretrainedBackbone pretrained) in _networks)
            {
                using TrainingResult result = Trainer.ExtractFeatures(pretrained).On(split).Seed(0).RunOn(torchThreads: 1).Build().Fit();
                Console.WriteLine($"{name}, after a fit on {split.Training.Samples.Count} images, on {split.Validation.Samples.Count} others");
                Console.WriteLine(result.Model.CompareOnnxPrecisions(folder.File(name), new OnnxExportOptions
                {
                    Input = OnnxInput.Tensor,
                    Verifier = new OnnxRuntimeVerifier(session => session.IntraOpNumThreads = 1),
                    VerificationImages = split.Validation,
                    CalibrationImages = split.Training,
                    Quantization = quantization,
                }));
            }
        }
        return 0;
    }

    /// <summary>How often each operator comes in what ONNX Runtime makes of a file.</summary>
    public static Dictionary<string, int> Operators(string path)
    {
        using (var options = new SessionOptions { OptimizedModelFilePath = $"{path}.optimized", LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR })
        using (new InferenceSession(path, options))
        {
        }
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes($"{path}.optimized")).Graph.Node.CountBy(node => node.OpType).ToDictionary();
    }

    private static OnnxQuantization Quantization(string[] settings)
    {
        var quantization = new OnnxQuantization();
        foreach (string[] setting in settings.Select(setting => setting.Split('=')).Where(setting => setting.Length == 2))
        {
            double value = double.TryParse(setting[1], CultureInfo.InvariantCulture, out double number) ? number : 0;
            quantization = setting[0] switch
            {
                "percentile" => quantization with { Percentile = value },
                "images" => quantization with { ImageCount = (int)value },
                "error" => quantization with { LargestError = value },
                "layers" => quantization with { MostFloatLayers = (int)value },
                "head" => quantization with { QuantizeHead = value > 0 },
                "reduced" => quantization with { ReducedRange = value > 0 },
                _ => quantization,
            };
        }
        return quantization;
    }
}
