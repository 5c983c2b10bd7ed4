using System.Globalization;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Importing;

/// <summary>CNTK's ResNet-18 on the tutorial's photographs: its features beside those of ONNX Runtime, and what fits of it reach.</summary>
/// <remarks><c>cntk</c> for the features of all photographs and heads on them with the seeds 0, 1 and 2; <c>cntk fine-tune</c> for fine-tuning, too.</remarks>
internal static class CntkResNetRun
{
    public const string Verb = "cntk";

    /// <returns>0 where features agree within a ten-thousandth of their norm, else 1.</returns>
    public static int Run(string[] arguments)
    {
        TorchSharp.torch.set_num_threads(1);
        string folder = ReferenceData.Require("data/hymenoptera_data");
        string[] paths = [.. Directory.GetFiles(folder, "*.jp*g", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        double[] differences = [.. CntkResNetTests.Differences(paths)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{differences.Length} photographs: features differ by at most {differences.Max():E1} of their norm"));

        DatasetSplit photographs = ImageFolder.Open(folder).SplitByFolder("train", "val");
        foreach (long seed in new[] { 0, 1, 2 })
        {
            Report("ExtractFeatures", seed, Trainer.ExtractFeatures(Pretrained.FromOnnx(CntkResNetTests.File, CntkResNetTests.Options)).On(photographs));
            if (arguments is ["fine-tune"])
                Report("FineTune", seed, Trainer.FineTune(Pretrained.FromOnnx(CntkResNetTests.File, CntkResNetTests.Options)).On(photographs));
        }
        return differences.Max() <= 1e-4 ? 0 : 1;
    }

    private static void Report(string what, long seed, TrainerBuilder builder)
    {
        using TrainingResult result = builder.Seed(seed).RunOn(torchThreads: 1).Build().Fit();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, seed {seed}: accuracy {result.Best.Validation[Metric.Accuracy]:0.000} at epoch {result.Best.Epoch}, {result.History[^1].Validation[Metric.Accuracy]:0.000} at the last, {result.History.Count}"));
    }
}
