using System.Buffers;
using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning;

/// <summary>Images in folders, a folder a class: root/ants/1.jpg; or two such roots side by side: root/train/ants/1.jpg and root/val/ants/2.jpg.</summary>
/// <remarks>
/// Classes and files stand in ordinal order; images may lie deeper below their class folder; hidden files are passed
/// over. Links are followed, but each file is one sample at most. The files are checked (name and first bytes) when the samples are first accessed.
/// </remarks>
public sealed class ImageFolder : IDatasetSource, IPresplitSource, ISkippingSource, ILendingSource
{
    private readonly ImageFolderOptions _options;
    private readonly (string Training, string Validation)? _splitFolders;
    private readonly Lazy<FolderScan> _scan;

    private ImageFolder(string path, ImageFolderOptions options, (string, string)? splitFolders)
    {
        FullPath = path;
        _options = options;
        _splitFolders = splitFolders;
        _scan = new Lazy<FolderScan>(() => FolderScan.Of(path, options));
    }

    /// <summary>The folder's full path.</summary>
    public string FullPath { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The folder holds a split, not classes.</exception>
    /// <exception cref="InvalidDataException">A class folder holds no image.</exception>
    public IReadOnlyList<string> Classes => Scan.Classes;

    /// <inheritdoc/>
    /// <remarks>A sample's name is the full path of its file.</remarks>
    /// <exception cref="InvalidOperationException">The folder holds a split, not classes.</exception>
    /// <exception cref="InvalidDataException">A class folder holds no image.</exception>
    public IReadOnlyList<Sample> Samples => Scan.Samples;

    /// <summary>Every visible file that is not a sample, and why.</summary>
    /// <exception cref="InvalidOperationException">The folder holds a split, not classes.</exception>
    /// <exception cref="InvalidDataException">A class folder holds no image.</exception>
    public IReadOnlyList<SkippedSample> Skipped => Scan.Skipped;

    private FolderScan Scan => _splitFolders is not var (training, validation)
        ? _scan.Value
        : throw new InvalidOperationException(
            $"'{FullPath}' holds the split folders '{training}' and '{validation}', not classes. "
            + $"Take both with SplitByFolder(\"{training}\", \"{validation}\") or DatasetSplit.Of, or open one of them.");

    /// <summary>Opens a folder of class folders, or one that holds such folders side by side.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">What is accepted.</param>
    /// <returns>The source; nothing is decoded yet.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">The folder has no visible subfolder.</exception>
    public static ImageFolder Open(string path, ImageFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"'{root}' is no folder; one that holds a folder a class is expected.");

        string[] folders = FolderScan.SubfoldersOf(root);
        if (folders.Length == 0)
            throw new InvalidDataException($"'{root}' has no class folders; images are expected one level down, as in '{Path.Join(root, "ants", "1.jpg")}'.");
        return new ImageFolder(root, options ?? new ImageFolderOptions(), SplitFoldersAmong(root, folders));
    }

    /// <summary>Takes two of the folders in this one as the sides of a split.</summary>
    /// <param name="training">The name of the folder that is learned from.</param>
    /// <param name="validation">The name of the folder that is held out.</param>
    /// <returns>Both, opened as image folders.</returns>
    /// <exception cref="ArgumentException">The two names are the same.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no subfolder of that name.</exception>
    /// <exception cref="InvalidDataException">The classes of the two differ, a class folder holds no image, or links lead to the same one.</exception>
    public DatasetSplit SplitByFolder(string training = "train", string validation = "val")
    {
        if (training == validation)
            throw new ArgumentException(
                $"Training and validation are both '{training}'; the held-out images must lie in a folder of their own.", nameof(validation));

        ImageFolder learned = Subfolder(training);
        ImageFolder heldOut = Subfolder(validation);
        if (ClassDifference.Describe(learned.Classes, $"'{learned.FullPath}'", heldOut.Classes, $"'{heldOut.FullPath}'") is { } difference)
            throw new InvalidDataException(difference);
        if (FolderScan.Overlap(learned.Scan, heldOut.Scan) is { } overlap)
            throw new InvalidDataException(overlap);
        return new DatasetSplit(learned, heldOut) { Skipped = [.. learned.Skipped, .. heldOut.Skipped] };
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Load(int index) => RegularFile.ReadAllBytes(Samples[index].Name);

    IMemoryOwner<byte> ILendingSource.Lend(int index) => EncodedBytes.OfFile(Samples[index].Name);

    DatasetSplit? IPresplitSource.GetOwnSplit() => _splitFolders is var (training, validation) ? SplitByFolder(training, validation) : null;

    private ImageFolder Subfolder(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        string path = Path.Join(FullPath, name);
        return Directory.Exists(path)
            ? Open(path, _options)
            : throw new DirectoryNotFoundException($"'{FullPath}' has no folder '{name}'; it has {string.Join(", ", FolderScan.SubfoldersOf(FullPath))}.");
    }

    // A class may well be called "train" or "test": only folders that hold folders themselves are the sides of a split.
    private static (string, string)? SplitFoldersAmong(string root, string[] folders) =>
        SplitNames.Find([.. folders.Where(folder => FolderScan.SubfoldersOf(Path.Join(root, folder)).Length > 0)]);
}
