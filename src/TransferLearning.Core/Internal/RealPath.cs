namespace TransferLearning.Internal;

/// <summary>Finds where a path leads once all of its links are followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40; // as on Linux

    /// <param name="path">A full path.</param>
    /// <exception cref="IOException">Links lead to each other.</exception>
    public static string Of(string path) => Of(path, MostLinks);

    private static string Of(string path, int linksLeft)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string name in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string entry = Path.Join(real, name);
            if (linksLeft == 0)
                throw new IOException($"'{path}' is a link that leads to itself.");
            real = File.ResolveLinkTarget(entry, returnFinalTarget: false) is { } target ? Of(target.FullName, linksLeft - 1) : entry;
        }
        return real;
    }
}
