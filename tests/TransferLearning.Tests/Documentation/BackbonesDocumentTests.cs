using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

public sealed class BackbonesDocumentTests
{
    [Fact]
    public void Table_Always_IsTheCatalogs() =>
        Assert.True(
            BackbonesDocument.Expected() == File.ReadAllText(BackbonesDocument.Path),
            $"docs/backbones.md is behind {nameof(Pretrained)}.{nameof(Pretrained.Catalog)}. Write it anew: dotnet run --project tests/TransferLearning.Tests -- {BackbonesDocument.Verb}");

    [Theory]
    [InlineData("README.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("docs/getting-started.md")]
    public void Document_OfTheNetworks_CountsThem(string document) =>
        Assert.Contains($"{Pretrained.Names.Count} networks", File.ReadAllText(Path.Combine(SourceTree.Root, document)).ReplaceLineEndings(" "));
}
