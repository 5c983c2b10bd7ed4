using System.Net.Http.Headers;
using System.Security.Cryptography;
using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>What has come of a file so far, with the hash of it: kept beside the target, for a later attempt or process to go on with.</summary>
/// <remarks>Used under the target's <see cref="DownloadLock"/>. A process that died may have left anything in it; the hash of the whole decides.</remarks>
internal sealed class PartialFile : IDisposable
{
    private readonly string _target;
    private readonly string _path;
    private readonly FileDigest _digest;
    private readonly FileStream _file;
    private IncrementalHash _hash;

    /// <summary>Opens the file and hashes what is there.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while hashing.</exception>
    public PartialFile(string target, string extension, FileDigest digest, CancellationToken cancellationToken)
    {
        (_target, _path, _digest) = (target, target + extension, digest);
        if (new FileInfo(_path).LinkTarget is not null)
            File.Delete(_path);     // whoever put it there wants the linked file overwritten
        RegularFile.Require(_path);
        _file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 16);
        _hash = digest.Start();
        try
        {
            FileDigest.Append(_file, _hash, cancellationToken);
            if (Length > 0 && EntityTagHeaderValue.TryParse(SmallText.Read(TagPath), out EntityTagHeaderValue? tag))
                EntityTag = tag;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public long Length => _file.Position;

    public byte[] Hash => _hash.GetCurrentHash();

    /// <summary>What the server called the version that these bytes are of, where it gave a name that stands for the exact bytes.</summary>
    public EntityTagHeaderValue? EntityTag { get; private set; }

    private string TagPath => _path + ".etag";

    /// <summary>Drops what has come; what comes next is of the version named.</summary>
    public void StartOver(EntityTagHeaderValue? entityTag = null)
    {
        // In this order: bytes of one version must never lie beside the tag of another.
        _file.SetLength(0);
        _hash.Dispose();
        _hash = _digest.Start();
        File.Delete(TagPath);
        EntityTag = entityTag is { IsWeak: false } ? entityTag : null;
        if (EntityTag is { } tag)
            AtomicFile.Write(TagPath, file => file.Write(System.Text.Encoding.ASCII.GetBytes(tag.Tag)));
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Gives the whole file its name; nothing else can be done with it afterwards.</summary>
    public void MoveToTarget()
    {
        _file.Flush(flushToDisk: true);
        Dispose();
        AtomicFile.Patiently(() => File.Move(_path, _target, overwrite: true), Thread.Sleep);
        AtomicFile.TryFlush(Path.GetDirectoryName(_target)!);
        File.Delete(TagPath);
    }

    /// <summary>Closes it; one with nothing in it is deleted.</summary>
    public void Dispose()
    {
        if (!_file.CanRead)
            return;

        bool isEmpty = _file.Length == 0;
        _file.Dispose();
        _hash.Dispose();
        if (isEmpty)
        {
            File.Delete(_path);
            File.Delete(TagPath);
        }
    }
}
