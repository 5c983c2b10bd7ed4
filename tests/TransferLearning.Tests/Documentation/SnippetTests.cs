using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

/// <summary>Every C# block of the documents stands, word for word, in a file of this folder, and so compiles.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(SourceTree.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md")).Select(path => Path.GetRelativePath(SourceTree.Root, path))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_HoldsOnlySnippetsThatCompile(string document)
    {
        string compiled = Normalize(string.Join('\n', SourceTree.SourceFiles(Path.Combine(SourceTree.Root, "tests", "TransferLearning.Tests", "Documentation")).Select(File.ReadAllText)));

        foreach (Match block in CSharpBlocks().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, document))))
        {
            string snippet = Normalize(block.Groups["code"].Value.Replace("using TransferLearning;", ""));
            Assert.True(compiled.Contains(snippet), $"{document} holds a snippet that no file in Documentation/ compiles:\n{block.Groups["code"].Value}");
        }
    }

    private static string Normalize(string code) => WhiteSpace().Replace(code, " ").Trim();

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlocks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
