using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

/// <summary>Every test that docs/security.md names exists.</summary>
public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void Document_NamesTestsThatExist()
    {
        ILookup<string, Type> types = typeof(SecurityDocumentTests).Assembly.GetTypes().ToLookup(type => type.Name);
        string document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "security.md"));
        Match[] names = TestNames().Matches(document).ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains(types[name.Groups["type"].Value], type => type.GetMethod(name.Groups["method"].Value) is not null));
    }

    [GeneratedRegex(@"`(?<type>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex TestNames();
}
