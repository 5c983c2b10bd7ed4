using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>The sample that the README begins with, as a process of its own.</summary>
public sealed partial class QuickstartTests
{
    [SkippableFact]
    public async Task Quickstart_Run_LearnsMoreFromImageNetAndPredictsAlikeInOnnxRuntime()
    {
        using var cache = new TemporaryFolder();

        (int code, string output, string error) = await Run(RequireSample(), cache);

        Assert.True(code == 0, $"Quickstart ended with {code}: {output}{error}");
        Assert.InRange(Mean("ImageNet's weights") - Mean("random weights"), 20, 80);
        Assert.Contains("labels agree on 100.0 %", output);
        Assert.Equal(10, Predictions().Count(output));
        Assert.All(Predictions().Matches(output), row => Assert.Equal(row.Groups["library"].Value, row.Groups["runtime"].Value));

        int Mean(string weights) => int.Parse(Regex.Match(output, $@"│ {weights} .*│ +(\d+) % │").Groups[1].Value);
    }

    [SkippableFact]
    public async Task Quickstart_WithoutTheWeights_SaysWhereTheyComeFrom()
    {
        Skip.If(OperatingSystem.IsWindows(), "would copy libtorch, which is among the assemblies there");
        string sample = RequireSample();
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(sample, "*.dll").Append(Path.Combine(sample, "Quickstart.runtimeconfig.json")))
            File.Copy(file, folder.File(Path.GetFileName(file)));

        (int code, string output, string error) = await Run(folder.FullPath, folder);

        Assert.Equal(("", 1), (output, code));
        Assert.Contains("ResNet18.onnx is missing. The build copies it from the package Microsoft.ML.DnnImageFeaturizer.ResNet18.", error);
    }

    private static Task<(int ExitCode, string Output, string Error)> Run(string folder, TemporaryFolder cache) => DotnetProcess.Run(
        Path.Combine(folder, "Quickstart.dll"), [], environment => environment["TRANSFERLEARNING_CACHE"] = cache.FullPath);

    // It is built with the tests, for the same platform.
    private static string RequireSample()
    {
        string folder = AppContext.BaseDirectory.Replace(Path.Combine("tests", "TransferLearning.Tests"), Path.Combine("samples", "Quickstart"));
        Skip.IfNot(File.Exists(Path.Combine(folder, "Quickstart.dll")), "needs the sample, which is not published with the tests");
        return folder;
    }

    [GeneratedRegex(@"│ \w+ \d+ +│ (?<library>\w+) \(.*?│ (?<runtime>\w+) \(")]
    private static partial Regex Predictions();
}
