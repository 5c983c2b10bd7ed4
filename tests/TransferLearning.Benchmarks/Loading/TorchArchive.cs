using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>Named tensors as torch.save writes a state dict since PyTorch 1.6: a zip, uncompressed, of a pickle and each tensor's bytes.</summary>
/// <remarks>Source: <c>_save</c> in <c>torch/serialization.py</c>; opcodes as in <c>pickletools</c>.</remarks>
internal static class TorchArchive
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Contiguous, in main memory, of float32 or int64.</param>
    public static void Write(string path, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(zip, "archive/data.pkl", stream => stream.Write(Pickle(tensors)));
        Add(zip, "archive/byteorder", stream => stream.Write("little"u8));
        foreach ((int key, (_, Tensor tensor)) in tensors.Index())
            Add(zip, $"archive/data/{key}", stream => stream.Write(tensor.bytes));
    }

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        using Stream stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        write(stream);
    }

    // {name: _rebuild_tensor_v2(('storage', type, key, 'cpu', length), 0, shape, strides, False, OrderedDict())}, in protocol 2.
    private static byte[] Pickle(IReadOnlyList<(string Name, Tensor Tensor)> tensors) =>
    [
        0x80, 2, .. "}("u8, .. tensors.Index().SelectMany(item => Entry(item.Item.Name, $"{item.Index}", item.Item.Tensor)), .. "u."u8,
    ];

    private static byte[] Entry(string name, string key, Tensor tensor) =>
    [
        .. Text(name),
        .. "ctorch._utils\n_rebuild_tensor_v2\n("u8,
        .. "("u8, .. Text("storage"), .. Encoding.ASCII.GetBytes($"ctorch\n{Storage(tensor.dtype)}\n"), .. Text(key), .. Text("cpu"), .. Number(tensor.numel()), .. "tQ"u8,
        .. Number(0), .. Tuple(tensor.shape), .. Tuple(tensor.stride()), 0x89, .. "ccollections\nOrderedDict\n)R"u8, .. "tR"u8,
    ];

    private static string Storage(ScalarType type) => type switch
    {
        ScalarType.Float32 => "FloatStorage",
        ScalarType.Int64 => "LongStorage",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "networks here have float32 weights and int64 counters"),
    };

    private static byte[] Tuple(long[] values) => [.. "("u8, .. values.SelectMany(Number), .. "t"u8];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Number(long number) => [(byte)'J', .. BitConverter.GetBytes(checked((int)number))];
}
