using System.Text.RegularExpressions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Conventions;

/// <summary>A folder uses only the folders that docs/architecture.md lets it use.</summary>
public sealed partial class FolderDependenciesTests
{
    [Fact]
    public void Folder_UsesOnlyWhatTheArchitectureNames()
    {
        Dictionary<string, string[]> allowed = AllowedByTheDocument();
        Dictionary<string, string> folderOfType = SourceTree.LibraryFiles
            .SelectMany(path => Declarations().Matches(CodeAlone(path)).Select(match => (Type: match.Groups["type"].Value, Folder: FolderOf(path))))
            .GroupBy(declared => declared.Type)
            .ToDictionary(group => group.Key, group => group.First().Folder);

        var violations = new List<string>();
        foreach (string path in SourceTree.LibraryFiles)
        {
            string folder = FolderOf(path);
            Assert.True(allowed.ContainsKey(folder), $"docs/architecture.md does not name the folder {folder}/.");
            foreach (string type in Identifiers().Matches(CodeAlone(path)).Select(match => match.Value).Distinct())
            {
                if (folderOfType.TryGetValue(type, out string? used) && used != folder && !allowed[folder].Contains(used))
                    violations.Add($"{folder}/{Path.GetFileName(path)} uses {used}/{type}");
            }
        }

        Assert.Empty(violations);
    }

    [Fact]
    public void Architecture_ListsFoldersInAnOrderWithoutCycles()
    {
        var seen = new HashSet<string>();
        foreach ((string folder, string[] uses) in AllowedByTheDocument())
        {
            Assert.All(uses, used => Assert.Contains(used, seen));
            seen.Add(folder);
        }
    }

    // The rows of the table: | `Data/` | Imaging, Randomness |
    private static Dictionary<string, string[]> AllowedByTheDocument()
    {
        string document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "architecture.md"));
        var allowed = new Dictionary<string, string[]>();
        foreach (Match row in Rows().Matches(document))
        {
            allowed.Add(row.Groups["folder"].Value, row.Groups["uses"].Value switch
            {
                "nothing" => [],
                "all of the above" => [.. allowed.Keys],
                string names => names.Split(", "),
            });
        }
        return allowed;
    }

    // A file in no folder of an assembly is in the assembly's own: Trainer.cs is in TransferLearning.
    private static string FolderOf(string path)
    {
        string[] parts = Path.GetRelativePath(Path.Combine(SourceTree.Root, "src"), path).Split(Path.DirectorySeparatorChar);
        return parts[parts.Length > 2 ? 1 : 0];
    }

    private static string CodeAlone(string path) => CommentsAndTexts().Replace(File.ReadAllText(path), "");

    [GeneratedRegex(@"^\| `(?<folder>[\w.]+)/` \| (?<uses>[\w, ]+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"""(?:[^""\\\r\n]|\\.)*""|//[^\r\n]*")]
    private static partial Regex CommentsAndTexts();

    [GeneratedRegex(@"^(?:public|internal) [\w ]*\b(?:class|struct|record|interface|enum) (?<type>[A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declarations();

    // Not a member of something, as in Tensor.Resize, nor a method's, a number's or an argument's own name; but what is made with new.
    [GeneratedRegex(@"(?<=\bnew )[A-Z]\w+\b|(?<![\w.]|\bdouble )[A-Z]\w+\b(?![(:])")]
    private static partial Regex Identifiers();
}
