using System.Globalization;
using TransferLearning.Formats.PyTorch;
using TransferLearning.Formats.SafetensorsFormat;
using TransferLearning.Formats.Stored;
using TransferLearning.Internal;

namespace TransferLearning.Formats;

/// <summary>Reads weights from any file that PyTorch or safetensors has written; the content tells which, not the name.</summary>
public static class WeightsFile
{
    /// <summary>What the names of a model file's statistics begin with; no network has such names.</summary>
    internal const string StatisticsPrefix = "head_statistics/";

    /// <summary>What the names of the second network of an ensemble's file begin with, and so on; the first one's have no prefix.</summary>
    internal static string NetworkPrefix(int index) => index == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"network{index + 1}/");

    // What DataParallel and torch.compile put before every name.
    private static readonly string[] _wrapperPrefixes = ["module.", "_orig_mod."];

    /// <summary>
    /// Reads a file's named tensors: safetensors, or what torch.save has written since 2016. A pickle's Python names outside a short list are refused;
    /// nothing in it runs. Of a training checkpoint the weights are taken: the entry "state_dict", "model_state_dict", "model" or "net". "module." and
    /// "_orig_mod.", where every name begins so, are left out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors in the file's order; the caller disposes them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">
    /// The file is damaged, is of another format, holds no named tensors, or asks for something else than weights.
    /// </exception>
    public static StateDict Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using StoredWeights tensors = Open(path);
        return tensors.ReadAll();
    }

    /// <summary>Reads a seekable stream from its beginning, under a name that errors give it; borrowed.</summary>
    /// <exception cref="WeightsFormatException">It is damaged or of another format, as for a file.</exception>
    internal static StateDict Read(Stream file, string name)
    {
        using StoredWeights tensors = Open(file, name);
        return tensors.ReadAll();
    }

    /// <summary>Finds a file's tensors, as <see cref="Read(string)"/> would read them; the file stays open until the result is disposed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">As <see cref="Read(string)"/> has it.</exception>
    internal static StoredWeights Open(string path)
    {
        FileStream file = RegularFile.Open(path);
        try
        {
            StoredWeights tensors = Open(file, path);
            tensors.Own(file);
            return tensors;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a tensor of a model file is about its head's images, and no weight.</summary>
    internal static bool IsBesideWeights(string name) => name.StartsWith(StatisticsPrefix, StringComparison.Ordinal);

    private static StoredWeights Open(Stream file, string name)
    {
        StoredWeights tensors = FormatErrors.Name(name, () => OpenByContent(file, name));
        if (tensors.Keys.Any(IsBesideWeights))
            tensors.Rename(tensor => IsBesideWeights(tensor) ? null : tensor);
        RemoveWrapperPrefixes(tensors);
        return tensors;
    }

    private static StoredWeights OpenByContent(Stream file, string name)
    {
        Span<byte> start = stackalloc byte[512];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;

        if (start.StartsWith("PK\u0003\u0004"u8))
            return ZipCheckpoint.Open(file, name);
        if (TarEntries.Begins(start))
            return TarCheckpoint.Open(file, name);
        if (start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..]) // before pickles: a header of 640 bytes begins as theirs do
            return SafetensorsReader.Open(file, name);
        if (start is [0x80, >= 2 and <= 5, ..])
            return LegacyCheckpoint.Open(file, name);
        if (start is [_, _, _, _, _, _, _, _, (byte)'{', ..])
            return SafetensorsReader.Open(file, name);
        throw new InvalidDataException(
            $"its first bytes are {(start.IsEmpty ? "absent: it is empty" : Convert.ToHexString(start[..Math.Min(16, start.Length)]))}, " +
            "which begin neither a PyTorch checkpoint (a zip, a pickle or a tar) nor a safetensors file");
    }

    private static void RemoveWrapperPrefixes(StoredWeights tensors)
    {
        while (tensors.Keys.Count > 0 && _wrapperPrefixes.FirstOrDefault(IsShared) is { } shared)
            tensors.Rename(name => name[shared.Length..]);

        bool IsShared(string prefix) => tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal));
    }
}
