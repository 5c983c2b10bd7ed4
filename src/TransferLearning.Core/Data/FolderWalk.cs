using System.IO.Enumeration;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>
/// The visible files below class folders. Links are followed, but whatever they lead to is found once, so that no image is two
/// samples and every walk ends: by its own path if that is below the class folders, otherwise by the first link.
/// </summary>
internal sealed class FolderWalk
{
    private readonly Dictionary<string, string> _found = []; // the real paths of folders, and of files outside of them, and the paths they were found by
    private readonly List<(string Path, int Class)> _files = [];
    private readonly List<SkippedSample> _skipped = [];
    private readonly Queue<(string Path, int Class)> _folderLinks = [];
    private readonly List<(string Path, int Class)> _fileLinks = [];

    public FolderWalk(string root, IReadOnlyList<string> classes)
    {
        string realRoot = RealPath.Of(root);
        ILookup<bool, (string Path, int Class)> folders = classes.Select((name, index) => (Path: Path.Join(root, name), Class: index))
            .ToLookup(folder => new DirectoryInfo(folder.Path).LinkTarget is null);
        foreach ((string, int) link in folders[false])
            _folderLinks.Enqueue(link); // before the links within classes
        foreach ((string path, int index) in folders[true])
            Enter(path, Path.Join(realRoot, classes[index]), index);
        while (_folderLinks.TryDequeue(out (string Path, int Class) link))
            Follow(link.Path, real => Enter(link.Path, real, link.Class));
        foreach ((string path, int index) in InOrder(_fileLinks))
            Follow(path, real => TakeLinked(path, real, index));
    }

    /// <summary>Class by class, folder by folder, then by name, all ordinal: the order of torchvision's ImageFolder on every system.</summary>
    public IEnumerable<(string Path, int Class)> Files => InOrder(_files);

    /// <summary>The links that were not followed, and why.</summary>
    public IReadOnlyList<SkippedSample> Skipped => _skipped;

    /// <summary>A path of this walk and one of another that lead to the same file or folder; null if there are none.</summary>
    public (string Path, string Other)? SharedWith(FolderWalk other)
    {
        foreach (string real in _found.Keys.Concat(other._found.Keys))
        {
            if (FoundAs(real) is { } path && other.FoundAs(real) is { } otherPath)
                return (path, otherPath);
        }
        return null;
    }

    // A leading dot hides a file on Unix; archives carry such files to Windows, where only the attribute would tell.
    public static bool IsHidden(ref FileSystemEntry entry) => entry.FileName.StartsWith('.') || entry.IsHidden;

    private static IEnumerable<(string Path, int Class)> InOrder(IEnumerable<(string Path, int Class)> files) => files
        .OrderBy(file => file.Class)
        .ThenBy(file => Path.GetDirectoryName(file.Path)!.Replace(Path.DirectorySeparatorChar, '/'), StringComparer.Ordinal)
        .ThenBy(file => Path.GetFileName(file.Path), StringComparer.Ordinal);

    private void Enter(string folder, string real, int index)
    {
        if (IsTaken(folder, real))
            return;
        var entries = new FileSystemEnumerable<(string Name, bool IsFolder, bool IsLink)>(
            folder,
            (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory, IsLink(ref entry)),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !IsHidden(ref entry),
        };
        foreach ((string name, bool isFolder, bool isLink) in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            string path = Path.Join(folder, name);
            if (isFolder && isLink)
                _folderLinks.Enqueue((path, index));
            else if (isFolder)
                Enter(path, Path.Join(real, name), index);
            else
                (isLink ? _fileLinks : _files).Add((path, index));
        }
    }

    private void Follow(string link, Action<string> take)
    {
        try
        {
            string real = RealPath.Of(link);
            if (IsWithin(real, RealPath.Of(Path.GetDirectoryName(link)!)))
                _skipped.Add(new SkippedSample(link, $"The link leads to '{real}', which contains it: a loop."));
            else
                take(real);
        }
        catch (IOException error)
        {
            _skipped.Add(new SkippedSample(link, $"The link cannot be followed: {error.Message}"));
        }
    }

    private void TakeLinked(string path, string real, int index)
    {
        if (!IsTaken(path, real))
            _files.Add((path, index));
    }

    private bool IsTaken(string path, string real)
    {
        string? taken = FoundAs(real);
        if (taken is null)
            _found.Add(real, path);
        else
            _skipped.Add(new SkippedSample(path, $"The link leads to '{real}', which is taken already, as '{taken}'."));
        return taken is not null;
    }

    private string? FoundAs(string real)
    {
        if (_found.GetValueOrDefault(real) is { } path)
            return path;
        string name = Path.GetFileName(real);
        bool isAmongFiles = File.Exists(real) && !name.StartsWith('.');
        return isAmongFiles && _found.GetValueOrDefault(Path.GetDirectoryName(real)!) is { } folder ? Path.Join(folder, name) : null;
    }

    private static bool IsWithin(string folder, string path)
    {
        char separator = Path.DirectorySeparatorChar;
        return $"{path}{separator}".StartsWith($"{folder.TrimEnd(separator)}{separator}", StringComparison.Ordinal);
    }

    private static bool IsLink(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.ToFileSystemInfo().LinkTarget is not null;
}
