using System.IO.Enumeration;
using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>What lies in a folder of class folders: the images in a fixed order, named by their full paths, and everything that was not taken.</summary>
internal sealed record FolderScan(IReadOnlyList<string> Classes, IReadOnlyList<Sample> Samples, IReadOnlyList<SkippedSample> Skipped)
{
    private static readonly string[] _extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp"];

    private FolderWalk? _walk;

    /// <exception cref="InvalidDataException">A class folder holds no image, and that is not allowed.</exception>
    public static FolderScan Of(string root, ImageFolderOptions options)
    {
        string[] classes = SubfoldersOf(root);
        var walk = new FolderWalk(root, classes);
        List<Sample> samples = [];
        List<SkippedSample> skipped =
        [
            .. EntriesOf(root, folders: false)
                .Select(stray => new SkippedSample(Path.Join(root, stray), "The file lies beside the class folders; an image belongs into one of them.")),
            .. walk.Skipped,
        ];
        foreach ((string path, int index) in walk.Files)
        {
            if (Objection(path) is { } reason)
                skipped.Add(new SkippedSample(path, reason));
            else
                samples.Add(new Sample(path, index));
        }

        var filled = samples.Select(sample => sample.ClassIndex).ToHashSet();
        string[] empty = [.. classes.Where((_, index) => !filled.Contains(index))];
        return empty.Length == 0 || options.AllowEmptyClasses
            ? new FolderScan(classes, samples, skipped) { _walk = walk }
            : throw new InvalidDataException(EmptyClassMessage(root, empty, skipped));
    }

    /// <summary>The names of the folders directly in a folder, hidden ones left out, in ordinal order.</summary>
    public static string[] SubfoldersOf(string folder) => EntriesOf(folder, folders: true);

    /// <summary>Why two scans cannot be the sides of a split: a file or folder that both find. Null if they can.</summary>
    public static string? Overlap(FolderScan training, FolderScan validation) =>
        training._walk!.SharedWith(validation._walk!) is var (learned, heldOut)
            ? PrintableText.Of($"'{learned}' and '{heldOut}' are the same on disk; an image must not be both learned from and held out. Remove the link.")
            : null;

    private static string[] EntriesOf(string folder, bool folders)
    {
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false };
        string[] names = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.FileName.ToString(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory == folders && !FolderWalk.IsHidden(ref entry),
        }.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static string? Objection(string path)
    {
        string extension = Path.GetExtension(path);
        if (!_extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            return $"The extension '{extension}' is not an image's; those taken are {string.Join(", ", _extensions)}.";
        try
        {
            using FileStream file = RegularFile.Open(path, bufferSize: 0);
            Span<byte> start = stackalloc byte[ImageSignature.Length];
            int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return ImageSignature.Objection(start[..read]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"The file cannot be opened: {error.Message}";
        }
    }

    private static string EmptyClassMessage(string root, string[] empty, List<SkippedSample> all)
    {
        string prefix = Path.Join(root, empty[0]) + Path.DirectorySeparatorChar;
        SkippedSample? found = all.Find(skipped => skipped.Name.StartsWith(prefix, StringComparison.Ordinal));
        string hint = found is null ? "" : $" Not taken: '{found.Name}' ({found.Reason})";
        return PrintableText.Of($"No image in the class folders of '{root}': {string.Join(", ", empty.Select(name => $"'{name}'"))}. "
            + $"Put images there, remove the folders, or set {nameof(ImageFolderOptions.AllowEmptyClasses)}.{hint}");
    }
}

/// <summary>What an image folder accepts.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Whether a class folder without a single image is a class all the same, rather than an error.</summary>
    /// <value>False.</value>
    public bool AllowEmptyClasses { get; init; }
}
