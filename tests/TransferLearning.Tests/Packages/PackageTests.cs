using System.IO.Compression;
using System.Xml.Linq;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Packages;

/// <summary>What a package asks of an application, and an application of the packages alone; they are packed once.</summary>
public sealed class PackageTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    [SkippableTheory]
    [InlineData("TransferLearning.Core", "Sep", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies")]
    [InlineData("TransferLearning", "Google.Protobuf", "Microsoft.Extensions.Logging.Abstractions", "Polly.Core", "TorchSharp", "TransferLearning.Core")]
    [InlineData("TransferLearning.ImageSharp", "SixLabors.ImageSharp", "TransferLearning.Core")]
    [InlineData(
        "TransferLearning.OnnxRuntime", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.ML.OnnxRuntime", "TransferLearning.Core")]
    public void Package_DependsOnWhatItsProjectReferencesAndNoPinnedVersions(string project, params string[] dependencies)
    {
        DotnetProcess.RequireSdk();
        using ZipArchive package = ZipFile.OpenRead(library.Package(project));
        XDocument specification = XDocument.Load(package.GetEntry($"{project}.nuspec")!.Open());
        Assert.Equal(dependencies, specification.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        Assert.NotNull(package.GetEntry("README.md"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{project}.xml"));
    }

    [Fact]
    public void Consumer_TrainsSavesAndPredicts()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("bright", PackageConsumer.Run(folder.FullPath));
    }

    [SkippableFact]
    public async Task Packages_RestoredIntoAnEmptyProject_TrainAndPredict()
    {
        DotnetProcess.RequireSdk();
        Assert.Equal(0, await PackageRun.Train(library));
    }

    [SkippableFact]
    public async Task PackageForServing_RestoredIntoAnEmptyProject_PredictsWithoutLibtorch()
    {
        DotnetProcess.RequireSdk();
        Assert.Equal(0, await PackageRun.Serve(library));
    }
}
