using System.IO.Compression;
using System.Text;
using TransferLearning.Formats.Pickle;
using TransferLearning.Formats.Stored;

namespace TransferLearning.Formats.PyTorch;

/// <summary>
/// What torch.save writes since PyTorch 1.6: an uncompressed zip of <c>NAME/data.pkl</c>, one <c>NAME/data/KEY</c> per storage, and <c>NAME/byteorder</c>.
/// </summary>
/// <remarks>Source: <c>_save</c> and <c>_load</c> in <c>torch/serialization.py</c>.</remarks>
internal static class ZipCheckpoint
{
    private const int LongestByteOrder = 16;

    /// <summary>Finds the file's tensors.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds something else.</exception>
    public static StoredWeights Open(Stream file, string origin)
    {
        var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        try
        {
            StoredWeights tensors = Find(zip, file.Length, origin);
            tensors.Own(zip);
            return tensors;
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    private static StoredWeights Find(ZipArchive zip, long fileLength, string origin)
    {
        Dictionary<string, ZipArchiveEntry> entries = Entries(zip, fileLength);
        string pickleName = entries.Keys.FirstOrDefault(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)) ??
                            throw new InvalidDataException(
                                $"it is a zip without a 'data.pkl', so torch.save did not write it; its entries are {string.Join(", ", entries.Keys.Take(5))}");
        string folder = pickleName[..^"data.pkl".Length];
        CheckByteOrder(entries, folder);

        var pickle = new PickleInput(Buffered(entries[pickleName], PickleInput.MostBytes));
        object? content = new PickleMachine(pickle, TorchNames.Resolve, new StorageIds().Load).Run();
        string dataFolder = folder + "data/";
        Dictionary<string, StorageData> data = entries
            .Where(entry => entry.Key.StartsWith(dataFolder, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[dataFolder.Length..], entry => new StorageData(entry.Value.Length, entry.Value.Open));
        return TensorBuilder.Build(content, data, fileLength, origin);
    }

    // Stored entries that share no bytes take no more than the file: so no forged length passes, nor one run of bytes under many names.
    private static Dictionary<string, ZipArchiveEntry> Entries(ZipArchive zip, long fileLength)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        long left = fileLength;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (entry.Length != entry.CompressedLength)
            {
                throw new InvalidDataException(
                    $"its entry '{entry.FullName}' is compressed; torch.save stores entries as they are: unpack it and save it again from Python");
            }
            if (entry.Length < 0 || entry.Length > left)
                throw new InvalidDataException($"its entries claim more bytes than the file's {fileLength}; it is cut short or damaged");
            if (!entries.TryAdd(entry.FullName, entry))
                throw new InvalidDataException($"it has two entries named '{entry.FullName}'");
            left -= entry.Length;
        }
        return entries;
    }

    private static void CheckByteOrder(Dictionary<string, ZipArchiveEntry> entries, string folder)
    {
        if (!entries.TryGetValue(folder + "byteorder", out ZipArchiveEntry? entry))
            return;
        string order = Encoding.Latin1.GetString(Buffered(entry, LongestByteOrder).GetBuffer());
        if (order != "little")
            throw new InvalidDataException($"its byte order is '{order}'; only 'little' is read: save it again on a little-endian machine");
    }

    private static MemoryStream Buffered(ZipArchiveEntry entry, long mostBytes)
    {
        if (entry.Length > mostBytes)
            throw new InvalidDataException($"its entry '{entry.FullName}' has {entry.Length} bytes; in a file of weights it has at most {mostBytes}");
        var bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return new MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true);
    }
}
