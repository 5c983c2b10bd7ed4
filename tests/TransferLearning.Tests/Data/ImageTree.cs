using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

/// <summary>Files of a test's own, written below a temporary folder.</summary>
internal static class ImageTree
{
    public static void AddImages(this TemporaryFolder folder, params string[] relativePaths)
    {
        foreach (string path in relativePaths)
            folder.AddFile(path, DrawnImage.Png());
    }

    public static void AddFile(this TemporaryFolder folder, string relativePath, ReadOnlySpan<byte> content)
    {
        string path = folder.File(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    public static string RelativeTo(this string path, TemporaryFolder folder) => Path.GetRelativePath(folder.FullPath, path).Replace('\\', '/');
}
