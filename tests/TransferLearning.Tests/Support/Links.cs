namespace TransferLearning.Tests.Support;

/// <summary>Symbolic links, which are a privilege under Windows and missing under Wine, which says that it made one.</summary>
internal static class Links
{
    /// <summary>Makes a link to a file; skips the test where the system makes none.</summary>
    public static void Require(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
        }
        Skip.If(new FileInfo(path).LinkTarget is null, "needs a symbolic link, and the system makes none");
    }
}
