using System.Diagnostics;
using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using static TransferLearning.Tests.Formats.Onnx.WireBytes;

namespace TransferLearning.Tests.Formats.Onnx;

public sealed class OnnxSkeletonTests
{
    private const int Megabyte = 1 << 20;

    public static TheoryData<string, byte[], string> Malformed => new()
    {
        { "a varint of eleven bytes", [0x08, .. Repeat([0xff], 11)], "64 bits" },
        { "a varint of seventy bits", [0x08, .. Repeat([0xff], 9), 0x7f], "64 bits" },
        { "a varint that ends early", [0x08, 0xff], "cut short" },
        { "a tag that ends early", [0x08, 1, 0x80], "cut short" },
        { "a field of number 0", [0x02, 1, 0], "number 0" },
        { "a field beyond 29 bits", [.. Varint(1UL << 40), 0], "which no field has" },
        { "the start of a group", [.. Tag(30, 3), .. Tag(30, 4)], "groups" },
        { "the end of a group", [0x0c], "groups" },
        { "wire type 7", [0x0f], "wire type 7" },
        { "a length beyond the end", [.. Tag(7, 2), 100, 1, 2], "100 bytes is claimed where 2 are left" },
        { "a length of 2^63", [.. Tag(7, 2), .. Varint(1UL << 63)], "is claimed where 0 are left" },
        { "a length beyond its message", Field(7, [.. Tag(2, 2), 9], Field(10)), "is claimed where" },
        { "an unknown length beyond the end", [.. Tag(99, 2), .. Varint(ulong.MaxValue)], "is claimed where" },
        { "a fixed value beyond the end", [.. Tag(99, 1), 1, 2, 3], "cut short" },
        { "a float beyond its message", Field(7, Field(1, Field(5, Tag(2, 5), [1]))), "cut short" },
        { "a graph that is a number", [.. Tag(7, 0), 1], "ModelProto.graph has the wire type 0" },
        { "a version that is text", Field(1, [1, 2]), "ModelProto.ir_version has the wire type 2" },
        { "a name that is a number", Field(7, Tag(2, 0), [1]), "GraphProto.name has the wire type 0" },
        { "two graphs", [.. Field(7), .. Field(7)], "ModelProto.graph is given twice" },
        { "text that is no UTF-8", Field(7, Field(2, [0xc3, 0x28])), "GraphProto.name is no UTF-8" },
        { "packed integers that end early", Field(7, Field(1, Field(5, Field(8, [0x80])))), "ends within a number" },
        { "packed floats of three bytes", Field(7, Field(1, Field(5, Field(7, [1, 2, 3])))), "ends within a number" },
        { "raw data twice", Field(7, Field(5, Field(9, new byte[500]), Field(9, new byte[500]))), "data are given twice" },
        { "graphs in graphs", Field(7, Nest(3000, 1, 5, 6)), "nested deeper than 40" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_MalformedBytes_SaysWhereAndWhat(string what, byte[] bytes, string reason)
    {
        var error = Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open(bytes, $"{what}.onnx"));

        Assert.Contains($"{what}.onnx", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Contains("byte", error.Message);
    }

    [Fact]
    public void Read_FileCutAtAnyLength_IsRefusedOrHasNoGraphYet()
    {
        byte[] whole = SampleOnnx.Model().ToByteArray();

        // The graph is one message, after which others can be absent.
        int end = whole.Length - SampleOnnx.Model().MetadataProps[0].CalculateSize() - SampleOnnx.Model().OpsetImport[0].CalculateSize() - 4;
        Assert.All(Enumerable.Range(0, end), length => Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open(whole[..length])));
    }

    public static TheoryData<string> Bombs => ["nodes", "graphs", "attributes", "dimensions", "names", "numbers", "packed numbers", "metadata", "functions", "one text", "the same number"];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Read_ManyMessages_AreRefusedBeforeTheyTakeMemory(string kind)
    {
        const int Size = 10 * Megabyte;
        byte[] bytes = kind switch
        {
            "nodes" => Field(7, Repeat(Field(1), Size / 2)),
            "graphs" => Field(7, Repeat(Field(1, Field(5, Field(6))), Size / 6)),
            "attributes" => Field(7, Field(1, Repeat(Field(5), Size / 2))),
            "dimensions" => Field(7, Field(11, Field(2, Field(1, Field(2, Repeat(Field(1), Size / 2)))))),
            "names" => Field(7, Field(1, Repeat(Field(1), Size / 2))),
            "numbers" => Field(7, Field(5, Repeat([.. Tag(1, 0), 1], Size / 2))),
            "packed numbers" => Field(7, Field(1, Field(5, Field(8, new byte[Size])))),
            "metadata" => Repeat(Field(14), Size / 2),
            "functions" => Repeat(Field(25, []), Size / 3),
            "one text" => Field(7, Field(10, new byte[Size])),
            _ => [.. Repeat([0x08, 1], Size / 2), .. Field(7)],
        };

        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            using OnnxModel read = SampleOnnx.Open(bytes);
        }
        catch (OnnxFormatException error)
        {
            Assert.Matches("bytes of memory|more than 100000 nodes", error.Message);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2L * bytes.Length + 64 * Megabyte);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(20)]
    public void Read_AsManyMessagesAsAreAllowed_TakesNoMoreThanWasCounted(int fieldsOfNode)
    {
        // As many nodes of some fields as just pass.
        byte[] node = Field(1, Enumerable.Range(0, fieldsOfNode).Select(index => Field(index % 5 == 4 ? 5 : 1, index % 5 == 4 ? [] : "name"u8.ToArray())).ToArray());
        int low = 1, high = 200_000;
        while (high - low > 1000)
        {
            int middle = (low + high) / 2;
            try
            {
                SampleOnnx.Open(Field(7, Repeat(node, middle))).Dispose();
                low = middle;
            }
            catch (OnnxFormatException)
            {
                high = middle;
            }
        }

        byte[] bytes = Field(7, Repeat(node, low));
        long before = GC.GetAllocatedBytesForCurrentThread();
        using OnnxModel read = SampleOnnx.Open(bytes);

        Assert.Equal(low, read.Proto.Graph.Node.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length + 34L * Megabyte);
    }

    [Fact]
    public void Read_LengthBombs_TakeNoMemory()
    {
        byte[] bytes = Field(7, Field(5, [.. Tag(9, 2), .. Varint(1L << 40)]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open(bytes));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Megabyte);
    }

    [Fact]
    public void Read_FileWithLargeTensors_TakesLittleMemory()
    {
        byte[] bytes = Field(7, Field(5, Field(9, new byte[50 * Megabyte]), Field(8, "weight"u8.ToArray())));
        long before = GC.GetAllocatedBytesForCurrentThread();

        using OnnxModel read = SampleOnnx.Open(bytes);

        Assert.Equal(50 * Megabyte, read.Proto.Graph.Initializer[0].Stored.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Megabyte);
    }
}
