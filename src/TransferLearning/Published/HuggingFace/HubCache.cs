using System.Text;
using TransferLearning.Internal;
using TransferLearning.Published.Downloads;

namespace TransferLearning.Published.HuggingFace;

/// <summary>
/// A repository's part of the hub's cache folder, as every library of Hugging Face lays it out: contents by their hash, and a tree of links
/// to them for each commit.
/// </summary>
/// <remarks>Source: Hugging Face's documentation, "Hub local cache": refs/REVISION, blobs/HASH, snapshots/COMMIT/FILE, .no_exist/COMMIT/FILE, .locks.</remarks>
internal sealed class HubCache(string cacheFolder, HubRepository repository)
{
    private const int Sha256Digits = 64;
    private const int GitDigits = 40;

    private readonly string _name = "models--" + repository.Id.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>The repository's folder.</summary>
    public string Folder => Path.Combine(Path.GetFullPath(cacheFolder), _name);

    /// <summary>The commit that the revision stood for when it was last asked for; null where it never was.</summary>
    public string? Commit
    {
        get
        {
            if (repository.IsCommit)
                return repository.Revision;
            string reference = Path.Combine(Folder, "refs", repository.Revision);
            return File.Exists(reference) && File.ReadAllText(reference).Trim() is var commit && HubRepository.IsCommitHash(commit) ? commit : null;
        }
    }

    /// <summary>The expected digest of a content of a name and length; null if the name is not a hash.</summary>
    public static FileDigest? DigestOf(string blob, long? length) => blob.All(char.IsAsciiHexDigitLower)
        ? blob.Length switch
        {
            Sha256Digits => FileDigest.Sha256(blob),
            GitDigits when length is long bytes => FileDigest.GitBlob(blob, bytes),
            _ => null,
        }
        : null;

    public string BlobPath(string blob) => Path.Combine(Folder, "blobs", blob);

    public string LockPath(string blob) => Path.Combine(Path.GetFullPath(cacheFolder), ".locks", _name, blob + ".lock");

    /// <summary>A file of a commit, whose content has been checked against its hash where a link tells it; null where it is not there or damaged.</summary>
    public string? Find(string commit, string file, CancellationToken cancellationToken)
    {
        string path = SnapshotPath(commit, file);
        if (!File.Exists(path))
            return null;

        // Without links, as on Windows, the file is a copy and its hash is not known.
        FileSystemInfo content = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        FileDigest? digest = content.FullName == Path.GetFullPath(path) ? null : DigestOf(content.Name, new FileInfo(content.FullName).Length);
        return digest is null || digest.Fits(content.FullName, cancellationToken) ? path : null;
    }

    /// <summary>Whether a commit is known to have no such file.</summary>
    public bool IsAbsent(string commit, string file) => File.Exists(AbsencePath(commit, file));

    /// <summary>Notes that a commit has no such file.</summary>
    public void NoteAbsence(string commit, string file)
    {
        string path = AbsencePath(commit, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
    }

    /// <summary>Notes what the revision stands for.</summary>
    public void NoteCommit(string commit)
    {
        if (Commit != commit)
            AtomicFile.Write(Path.Combine(Folder, "refs", repository.Revision), stream => stream.Write(Encoding.ASCII.GetBytes(commit)));
    }

    /// <summary>Gives a content its place in a commit's tree.</summary>
    /// <returns>That place.</returns>
    public string Place(string commit, string file, string blob)
    {
        string path = SnapshotPath(commit, file);
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string beside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.CreateSymbolicLink(beside, Path.GetRelativePath(folder, BlobPath(blob)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Copy(BlobPath(blob), beside);      // where links are a privilege, as on Windows
        }
        File.Move(beside, path, overwrite: true);
        return path;
    }

    private string SnapshotPath(string commit, string file) => Path.Combine([Folder, "snapshots", commit, .. file.Split('/')]);

    private string AbsencePath(string commit, string file) => Path.Combine([Folder, ".no_exist", commit, .. file.Split('/')]);
}
