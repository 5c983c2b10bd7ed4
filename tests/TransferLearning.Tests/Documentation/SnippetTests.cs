using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

/// <summary>Every C# block of the documents stands, word for word, in a file of this folder or of the library Extending, and so compiles.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string> Documents => [.. Folders()
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md"))
        .Select(path => Path.GetRelativePath(SourceTree.Root, path))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_HoldsOnlySnippetsThatCompile(string document)
    {
        string tests = Path.Combine(SourceTree.Root, "tests");
        IEnumerable<string> sources = SourceTree.SourceFiles(Path.Combine(tests, "TransferLearning.Tests", "Documentation")).Concat(SourceTree.SourceFiles(Path.Combine(tests, "Extending")));
        string compiled = Normalize(string.Join('\n', sources.Select(File.ReadAllText)));

        foreach (Match block in CSharpBlocks().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, document))))
        {
            string snippet = Normalize(Usings().Replace(block.Groups["code"].Value, ""));
            Assert.True(compiled.Contains(snippet), $"{document} holds a snippet that no file in Documentation/ compiles:\n{block.Groups["code"].Value}");
        }
    }

    private static IEnumerable<string> Folders() =>
        Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src")).Prepend(Path.Combine(SourceTree.Root, "docs")).Prepend(SourceTree.Root);

    private static string Normalize(string code) => WhiteSpace().Replace(code, " ").Trim();

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlocks();

    [GeneratedRegex(@"^using [\w. ]+;\r?$", RegexOptions.Multiline)]
    private static partial Regex Usings();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
