using System.Text;
using TransferLearning.Internal;
using TransferLearning.Published.Downloads;

namespace TransferLearning.Published.HuggingFace;

/// <summary>
/// A repository's part of the hub's cache folder, as every library of Hugging Face lays it out: contents by their hash, and a tree of links
/// to them for each commit.
/// </summary>
/// <remarks>Source: Hugging Face's documentation, "Hub local cache": refs/REVISION, blobs/HASH, snapshots/COMMIT/FILE, .no_exist/COMMIT/FILE, .locks.</remarks>
/// <param name="cacheFolder">The hub's.</param>
/// <param name="repository">Whose part it is.</param>
/// <param name="link">Makes a link from a path to a relative target; the system's own by default.</param>
internal sealed class HubCache(string cacheFolder, HubRepository repository, Action<string, string>? link = null)
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
            string commit = SmallText.Read(Path.Combine(Folder, "refs", repository.Revision)).Trim();
            return HubRepository.IsCommitHash(commit) ? commit : null;
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

    /// <summary>
    /// A file of a commit; null where it is not there or damaged. Its content has been checked against the hash that a link leads to; that of a
    /// copy, as systems without links have it, against the one that was noted when it was copied or first found.
    /// </summary>
    public string? Find(string commit, string file, CancellationToken cancellationToken)
    {
        string path = SnapshotPath(commit, file);
        if (!File.Exists(path))
            return null;

        FileSystemInfo? content = File.ResolveLinkTarget(path, returnFinalTarget: true);
        FileDigest? digest = content is null ? null : DigestOf(content.Name, new FileInfo(content.FullName).Length);
        if (digest is null && HashRecord.Read(NotedPath(commit, file)) is { } noted)
            digest = FileDigest.Sha256(noted);
        if (digest is null)
            NoteHash(commit, file);
        return digest is null || digest.Fits(path, cancellationToken) ? path : null;
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
        bool isLinked = TryLink(beside, Path.GetRelativePath(folder, BlobPath(blob)));
        if (!isLinked)
            File.Copy(BlobPath(blob), beside, overwrite: true);
        AtomicFile.Patiently(() => File.Move(beside, path, overwrite: true), Thread.Sleep);
        if (!isLinked)
            NoteHash(commit, file);
        return path;
    }

    // Links are a privilege on Windows, and Wine says that it has made one when it has not.
    private bool TryLink(string path, string target)
    {
        AtomicFile.IfPossible(() => (link ?? ((from, to) => File.CreateSymbolicLink(from, to)))(path, target));
        return new FileInfo(path).LinkTarget is not null;
    }

    // In a cache that may only be read, nothing is noted.
    private void NoteHash(string commit, string file) =>
        AtomicFile.IfPossible(() => HashRecord.Write(NotedPath(commit, file), FileDigest.Sha256Of(SnapshotPath(commit, file))));

    private string SnapshotPath(string commit, string file) => Path.Combine([Folder, "snapshots", commit, .. file.Split('/')]);

    // A folder of this library's own, which others pass over.
    private string NotedPath(string commit, string file) => Path.Combine([Folder, ".hashes", commit, .. file.Split('/')]);

    private string AbsencePath(string commit, string file) => Path.Combine([Folder, ".no_exist", commit, .. file.Split('/')]);
}
