using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Formats;

/// <summary>Archives made by hand, so that the reader is held to its rules where the reference files are absent too.</summary>
public sealed class ZipCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_OneTensor_HasItsValues()
    {
        Save(Tensor(storageLength: 4, side: 2, stride: 2), [1, 2, 3, 4]);

        using StateDict tensors = WeightsFile.Read(Archive);

        Assert.Equal([1, 3], Numbers.Of(tensors["w"]));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public void CopyTo_WholeStorageOrPartOfOne_HasTheTensorsValues(int storageLength, int stride)
    {
        Save(Tensor(storageLength, side: 2, stride), [.. Enumerable.Range(1, storageLength)]);
        using StoredWeights stored = WeightsFile.Open(Archive);
        using torch.Tensor target = torch.zeros(2);

        stored.CopyTo("w", target);

        Assert.Equal([1, 1 + stride], Numbers.Of(target));
    }

    [Fact]
    public void Read_TensorLargerThanTheFile_IsRefused()
    {
        Save(Tensor(storageLength: 1, side: int.MaxValue, stride: 0), [1]);

        Assert.Contains("larger than the whole file", Refusal());
    }

    [Fact]
    public void Read_StorageLongerThanItsBytes_IsRefused()
    {
        Save(Tensor(storageLength: int.MaxValue, side: 1, stride: 1), [1]);

        Assert.Contains("storage '0' has 4 bytes; 2147483647 elements", Refusal());
    }

    [Fact]
    public void Read_TensorBeyondItsStorage_IsRefused()
    {
        Save(Tensor(storageLength: 2, side: 3, stride: 1), [1, 2]);

        Assert.Contains("reaches outside its storage '0' of 2 elements", Refusal());
    }

    [Fact]
    public void Read_AbsentStorage_IsRefused()
    {
        Save(Tensor(storageLength: 1, side: 1, stride: 1), [1], storageKey: "9");

        Assert.Contains("no bytes for storage '0'", Refusal());
    }

    [Fact]
    public void Read_BigEndian_IsRefused()
    {
        Save(Tensor(storageLength: 1, side: 1, stride: 1), [1], byteOrder: "big");

        Assert.Contains("byte order is 'big'", Refusal());
    }

    [Fact]
    public void Read_ByteOrderOfMegabytes_IsRefusedBeforeMemoryIsTaken()
    {
        Save(Tensor(storageLength: 1, side: 1, stride: 1), [1], byteOrder: new string('x', 1 << 22));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("'x/byteorder' has 4194304 bytes", Refusal());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_PickleOfMoreBytesThanOneMayHave_IsRefusedBeforeMemoryIsTaken()
    {
        const int Length = 65 << 20;
        Save(Tensor(storageLength: 1, side: 1, stride: 1), [1]);
        byte[] bytes = File.ReadAllBytes(Archive);
        int directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8); // that of the pickle comes first
        int end = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 20), Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 24), Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(end + 16), 2 * Length);
        using (FileStream file = File.Create(Archive))
        {
            file.Write(bytes, 0, directory);
            file.Position = 2 * Length; // a hole, which takes no room on the disk
            file.Write(bytes, directory, bytes.Length - directory);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains($"'x/data.pkl' has {Length} bytes", Refusal());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_CompressedEntries_AreRefused()
    {
        Save(Tensor(storageLength: 100, side: 100, stride: 1), new float[100], compression: CompressionLevel.SmallestSize);

        Assert.Contains("is compressed", Refusal());
    }

    [Fact]
    public void Read_AnotherZip_IsRefused()
    {
        using (ZipArchive zip = ZipFile.Open(Archive, ZipArchiveMode.Create))
            Add(zip, "readme.txt", "hello"u8, CompressionLevel.NoCompression);

        Assert.Contains("a zip without a 'data.pkl'", Refusal());
    }

    [Fact]
    public void Read_EntryWithAForgedLength_IsRefused()
    {
        Save(Tensor(storageLength: 1, side: 1, stride: 1), [1]);
        byte[] bytes = File.ReadAllBytes(Archive);
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 20), int.MaxValue);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 24), int.MaxValue);
        File.WriteAllBytes(Archive, bytes);

        Assert.Contains("claim more bytes than the file's", Refusal());
    }

    public void Dispose() => _folder.Dispose();

    private string Archive => _folder.File("x.pth");

    private string Refusal() => Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(Archive)).Message;

    private void Save(byte[] pickle, float[] values, string storageKey = "0", string byteOrder = "little", CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using ZipArchive zip = ZipFile.Open(Archive, ZipArchiveMode.Create);
        Add(zip, "x/data.pkl", pickle, CompressionLevel.NoCompression);
        Add(zip, "x/byteorder", Encoding.Latin1.GetBytes(byteOrder), CompressionLevel.NoCompression);
        Add(zip, $"x/data/{storageKey}", MemoryMarshal.AsBytes<float>(values), compression);
    }

    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content, CompressionLevel compression)
    {
        using Stream stream = zip.CreateEntry(name, compression).Open();
        stream.Write(content);
    }

    // {'w': _rebuild_tensor_v2(('storage', FloatStorage, '0', 'cpu', storageLength), 0, (side,), (stride,), False, None)}
    private static byte[] Tensor(int storageLength, int side, int stride) =>
    [
        0x80, 2, .. "}"u8, .. Text("w"), .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text("0"), .. Text("cpu"),
        .. Number(storageLength), .. "tQK"u8, 0, .. Number(side), 0x85, .. Number(stride), 0x85, 0x89, .. "NtRs."u8,
    ];

    private static byte[] Text(string text) => [(byte)'U', (byte)text.Length, .. Encoding.Latin1.GetBytes(text)];

    private static byte[] Number(int number) => [(byte)'J', .. BitConverter.GetBytes(number)];
}
