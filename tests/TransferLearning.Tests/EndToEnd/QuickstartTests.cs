using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>The sample that the README begins with, as a process of its own.</summary>
public sealed partial class QuickstartTests
{
    [SkippableFact]
    public async Task Quickstart_Run_TeachesMoreFromImageNetAndPredictsAlikeInOnnxRuntime()
    {
        using var cache = new TemporaryFolder();

        (int code, string output, string error) = await DotnetProcess.Run(
            Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"), [], environment => environment["TRANSFERLEARNING_CACHE"] = cache.FullPath);

        Assert.True(code == 0, $"Quickstart ended with {code}: {output}{error}");
        Assert.InRange(Mean("ImageNet's weights") - Mean("random weights"), 20, 80);
        Assert.Contains("labels agree on 100.0 %", output);
        Assert.InRange(Predictions().Count(output), 10, 10);
        Assert.All(Predictions().Matches(output), row => Assert.Equal(row.Groups["library"].Value, row.Groups["runtime"].Value));

        int Mean(string weights) => int.Parse(Regex.Match(output, $@"│ {weights} .*│ +(\d+) % │").Groups[1].Value);
    }

    [SkippableFact]
    public async Task Quickstart_WithoutTheWeights_SaysWhereTheyComeFrom()
    {
        using var folder = new TemporaryFolder();
        foreach (string pattern in new[] { "Quickstart.dll", "Quickstart.runtimeconfig.json", "TransferLearning*.dll", "TorchSharp.dll", "Spectre.*.dll" })
        {
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, pattern))
                File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        (int code, string output, string error) = await DotnetProcess.Run(folder.File("Quickstart.dll"), []);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("ResNet18.onnx is missing. The build copies it from the package Microsoft.ML.DnnImageFeaturizer.ResNet18.", error);
    }

    [GeneratedRegex(@"│ (?<drawn>\w+) \d+ +│ (?<library>\w+) \(.*?│ (?<runtime>\w+) \(")]
    private static partial Regex Predictions();
}
