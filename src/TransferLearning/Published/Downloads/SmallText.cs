using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>Reads small files that others may have written.</summary>
internal static class SmallText
{
    private const int MostBytes = 4096;

    /// <summary>A file's text; empty where there is none, or a larger one.</summary>
    /// <exception cref="IOException">It cannot be read, or is no regular file.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path))
            return "";
        using FileStream file = RegularFile.Open(path);
        using var text = new StreamReader(file);
        return file.Length <= MostBytes ? text.ReadToEnd() : "";
    }
}
