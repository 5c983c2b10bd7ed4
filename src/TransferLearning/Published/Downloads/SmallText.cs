namespace TransferLearning.Published.Downloads;

/// <summary>Reads small files that others may have written. Opening a pipe or a device could wait forever; its length is 0.</summary>
internal static class SmallText
{
    private const int MostBytes = 4096;

    /// <summary>A file's text; empty where there is none, or no regular file, or a larger one.</summary>
    public static string Read(string path) => File.Exists(path) && LengthOf(path) is > 0 and <= MostBytes ? File.ReadAllText(path) : "";

    /// <summary>The length of the file that a path leads to.</summary>
    public static long LengthOf(string path) => new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length;
}
