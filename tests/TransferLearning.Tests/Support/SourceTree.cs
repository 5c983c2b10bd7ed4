namespace TransferLearning.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class SourceTree
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folders of the library's assemblies.</summary>
    public static IEnumerable<string> Assemblies => Directory.EnumerateDirectories(Path.Combine(Root, "src")).Order(StringComparer.Ordinal);

    /// <summary>The source files of the library, all its assemblies.</summary>
    public static IEnumerable<string> LibraryFiles => Assemblies.SelectMany(SourceFiles);

    /// <summary>The source files below a folder, build output left out.</summary>
    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TransferLearning.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No TransferLearning.sln lies above {AppContext.BaseDirectory}.");
    }
}
