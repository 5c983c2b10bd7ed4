using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

/// <summary>Whatever a document links to within the project exists, headings included.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => SnippetTests.Documents;

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_LinksOnlyToWhatExists(string document)
    {
        string path = Path.Combine(SourceTree.Root, document);
        string[] targets = [.. Links().Matches(CodeBlocks().Replace(File.ReadAllText(path), "")).Select(link => link.Groups["target"].Value)];

        Assert.All(targets, target => Assert.True(target.Contains("://") || Exists(path, target), $"{document} links to {target}, which does not exist."));
    }

    private static bool Exists(string document, string target)
    {
        string[] parts = target.Split('#');
        string file = parts[0] == "" ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
        return parts.Length == 1 ? Path.Exists(file) : File.Exists(file) && Anchors(file).Contains(parts[1]);
    }

    // As GitHub makes them: small letters, hyphens for spaces, no other punctuation.
    private static IEnumerable<string> Anchors(string file) => Headings().Matches(CodeBlocks().Replace(File.ReadAllText(file), ""))
        .Select(heading => Punctuation().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
