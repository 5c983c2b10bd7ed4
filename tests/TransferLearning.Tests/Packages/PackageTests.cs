using System.IO.Compression;
using System.Xml.Linq;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Packages;

/// <summary>What a package asks of an application; <see cref="PackageRun"/> uses the packages themselves.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("TransferLearning.Core", "Sep", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies")]
    [InlineData("TransferLearning", "Microsoft.Extensions.Logging.Abstractions", "Polly.Core", "TorchSharp", "TransferLearning.Core")]
    [InlineData("TransferLearning.ImageSharp", "SixLabors.ImageSharp", "TransferLearning.Core")]
    public async Task Package_DependsOnWhatItsProjectReferencesAndNoPinnedVersions(string project, params string[] dependencies)
    {
        await PackageRun.Pack(project, _folder.FullPath, "0.1.0-test");

        using ZipArchive package = ZipFile.OpenRead(_folder.File($"{project}.0.1.0-test.nupkg"));
        XDocument specification = XDocument.Load(package.GetEntry($"{project}.nuspec")!.Open());
        Assert.Equal(dependencies, specification.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        Assert.NotNull(package.GetEntry("README.md"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{project}.xml"));
    }

    [Fact]
    public void Consumer_TrainsSavesAndPredicts() => Assert.Equal("bright", PackageConsumer.Run(_folder.FullPath));

    [Fact]
    public async Task Packages_RestoredIntoAnEmptyProject_TrainAndPredict() => Assert.Equal(0, await PackageRun.Run());

    public void Dispose() => _folder.Dispose();
}
