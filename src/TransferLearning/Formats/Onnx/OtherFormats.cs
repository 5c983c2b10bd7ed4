namespace TransferLearning.Formats.Onnx;

/// <summary>What people take for an ONNX file, by its first bytes; no ONNX file begins so.</summary>
internal static class OtherFormats
{
    private const int LongestStart = 64;

    private const string Checkpoint = "as PyTorch's checkpoints are; WithWeights reads their weights, and torch.onnx.export writes the network";

    private static ReadOnlySpan<byte> Blanks => " \t\r\n\uFEFF"u8;

    /// <summary>Refuses a file of another format by that format's name.</summary>
    /// <exception cref="InvalidDataException">It is of another format.</exception>
    public static void Refuse(Stream file)
    {
        file.Position = 0;
        Span<byte> start = stackalloc byte[LongestStart];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (Name(start) is { } name)
            throw new InvalidDataException($"it is {name}; an ONNX file is expected");
    }

    private static string? Name(ReadOnlySpan<byte> start) => start switch
    {
        [] => "empty",
        _ when start.StartsWith("version https://git-lfs"u8) => "a pointer of Git LFS, which 'git lfs pull' replaces by the file",
        _ when start.TrimStart(Blanks) is [(byte)'<', ..] => "a web page or other XML, such as an error that a server sent",
        _ when start.TrimStart(Blanks) is [(byte)'{', ..] => "JSON",
        [(byte)'P', (byte)'K', 3, 4, ..] => $"a zip file, {Checkpoint}",
        [_, _, _, _, _, _, 0, 0, (byte)'{', ..] => "a safetensors file, which has weights and no network",
        [0x80, >= 2 and <= 5, ..] => $"a pickle, {Checkpoint}",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file, as Keras writes them",
        [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => "a TensorFlow Lite file",
        [_, _, _, _, (byte)'O', (byte)'R', (byte)'T', (byte)'M', ..] => "in ONNX Runtime's own format, which is made of an ONNX file",
        [0x1f, 0x8b, ..] => "compressed by gzip",
        _ => null,
    };
}
