using System.IO.Enumeration;

namespace TransferLearning.Data;

/// <summary>What lies in a folder of class folders: the images in a fixed order, named by their full paths, and everything that was not taken.</summary>
internal sealed record FolderScan(IReadOnlyList<string> Classes, IReadOnlyList<Sample> Samples, IReadOnlyList<SkippedSample> Skipped)
{
    private static readonly string[] _extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp"];

    /// <exception cref="InvalidDataException">A class folder holds no image, and that is not allowed.</exception>
    public static FolderScan Of(string root, ImageFolderOptions options)
    {
        string[] classes = SubfoldersOf(root);
        List<Sample> samples = [];
        List<SkippedSample> skipped = [.. Files(root, recursive: false)
            .Select(stray => new SkippedSample(stray, "The file lies beside the class folders; an image belongs into one of them."))];
        List<string> empty = [];
        foreach ((int index, string name) in classes.Index())
        {
            int before = samples.Count;
            foreach (string path in Files(Path.Join(root, name), recursive: true))
            {
                if (Objection(path) is { } reason)
                    skipped.Add(new SkippedSample(path, reason));
                else
                    samples.Add(new Sample(path, index));
            }
            if (samples.Count == before)
                empty.Add(name);
        }
        return empty.Count == 0 || options.AllowEmptyClasses
            ? new FolderScan(classes, samples, skipped)
            : throw new InvalidDataException(EmptyClassMessage(root, empty, skipped));
    }

    /// <summary>The names of the folders directly in a folder, hidden ones left out, in ordinal order.</summary>
    public static string[] SubfoldersOf(string folder)
    {
        string[] names = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.FileName.ToString(), NothingPassedOver)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory && !IsHidden(ref entry),
            ShouldRecursePredicate = (ref FileSystemEntry _) => false,
        }.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static EnumerationOptions NothingPassedOver => new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true };

    // Folder by folder, then by name, both ordinal: the order of torchvision's ImageFolder on every system.
    private static IEnumerable<string> Files(string folder, bool recursive) =>
        new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), NothingPassedOver)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsHidden(ref entry),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => recursive && !IsHidden(ref entry),
        }
        .OrderBy(path => Path.GetDirectoryName(path)!.Replace(Path.DirectorySeparatorChar, '/'), StringComparer.Ordinal)
        .ThenBy(Path.GetFileName, StringComparer.Ordinal);

    // A leading dot hides a file on Unix; archives carry such files to Windows, where only the attribute would tell.
    private static bool IsHidden(ref FileSystemEntry entry) => entry.FileName.StartsWith('.') || entry.IsHidden;

    private static string? Objection(string path)
    {
        string extension = Path.GetExtension(path);
        if (!_extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            return $"The extension '{extension}' is not an image's; those taken are {string.Join(", ", _extensions)}.";
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Span<byte> start = stackalloc byte[ImageSignature.Length];
            int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return ImageSignature.Objection(start[..read]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"The file cannot be opened: {error.Message}";
        }
    }

    private static string EmptyClassMessage(string root, List<string> empty, List<SkippedSample> all)
    {
        string prefix = Path.Join(root, empty[0]) + Path.DirectorySeparatorChar;
        SkippedSample? found = all.Find(skipped => skipped.Name.StartsWith(prefix, StringComparison.Ordinal));
        string hint = found is null ? "" : $" Not taken: '{found.Name}' ({found.Reason})";
        return $"No image in the class folders of '{root}': {string.Join(", ", empty.Select(name => $"'{name}'"))}. "
            + $"Put images there, remove the folders, or set {nameof(ImageFolderOptions.AllowEmptyClasses)}.{hint}";
    }
}

/// <summary>What an image folder accepts.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Whether a class folder without a single image is a class all the same, rather than an error.</summary>
    /// <value>False.</value>
    public bool AllowEmptyClasses { get; init; }
}
