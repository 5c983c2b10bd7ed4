using System.Text.Json;

namespace TransferLearning.Tests.Support;

/// <summary>The folder of reference values, real photographs and real weights beside the checkout; tests that need it skip where it is absent.</summary>
internal static class ReferenceData
{
    /// <summary>The full path of a file or folder there; skips the test (which must be a SkippableFact) where it is absent.</summary>
    public static string Require(string relativePath)
    {
        string path = Path.GetFullPath(Path.Combine(Root, relativePath));
        Skip.IfNot(Path.Exists(path), $"needs the reference data folder: {path} is absent");
        return path;
    }

    /// <summary>A JSON file there. Python writes NaN for a number that nobody published; here it is null, as JSON has no NaN.</summary>
    public static JsonDocument RequireJson(string relativePath) => JsonDocument.Parse(File.ReadAllText(Require(relativePath)).Replace(":NaN", ":null").Replace(": NaN", ": null"));

    /// <summary>The folder beside the folder that holds the solution.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceTree.Root, "..", "shared"));
}
