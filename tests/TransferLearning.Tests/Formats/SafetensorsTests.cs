using System.Buffers.Binary;
using System.Text;
using TransferLearning.Formats;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class SafetensorsTests
{
    [Fact]
    public void Write_TwoTensors_GivesTheFormatsBytes()
    {
        using Tensor counts = tensor(new byte[] { 1, 2, 3 });
        using Tensor one = tensor(new[] { 1f });
        using var stream = new MemoryStream();

        Safetensors.Write(stream, [("counts", counts), ("one", one)], new Dictionary<string, string> { ["by"] = "a \"test\"" });

        byte[] bytes = stream.ToArray();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(
            """{"__metadata__":{"by":"a \"test\""},"counts":{"dtype":"U8","shape":[3],"data_offsets":[4,7]},"one":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0x00, 0x00, 0x80, 0x3f, 1, 2, 3], bytes[(8 + length)..]);
    }

    [Fact]
    public void WriteThenRead_EveryTypeAndLayout_GivesTheSameTensors()
    {
        using var scope = NewDisposeScope();
        (string, Tensor)[] tensors =
        [
            ("transposed", arange(12, float32).reshape(3, 4).t()),
            ("expanded", arange(3, float64).reshape(3, 1).expand(3, 4)),
            ("slice", arange(20, int64)[TensorIndex.Slice(3, 17, 2)]),
            ("scalar", tensor(3.25f)),
            ("empty", empty([0, 5], int32)),
            ("half", arange(5, float16)),
            ("bfloat16", arange(5, bfloat16)),
            ("bool", tensor(new[] { true, false, true })),
            ("int16", arange(-2, 3, int16)),
            ("int8", arange(-2, 3, int8)),
            ("trained", ones(2).requires_grad_()),
            ("größe", ones(1)),
        ];
        using var folder = new TemporaryFolder();

        Safetensors.Write(folder.File("all.safetensors"), tensors);
        using StateDict read = Safetensors.Read(folder.File("all.safetensors"));

        Assert.Equal(tensors.Select(entry => entry.Item1), read.Keys);
        foreach ((string name, Tensor written) in tensors)
        {
            Assert.Equal(written.dtype, read[name].dtype);
            Assert.Equal(written.shape, read[name].shape);
            Assert.Equal(Numbers.Of(written), Numbers.Of(read[name]));
        }
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void WriteThenRead_Complex_GivesTheSameBytes()
    {
        using Tensor written = complex(tensor(new[] { 1f, 2f }), tensor(new[] { 3f, 4f }));
        using var stream = new MemoryStream();

        Safetensors.Write(stream, [("c", written)]);
        stream.Position = 0;
        using StateDict read = Safetensors.Read(stream);

        Assert.Equal(ScalarType.ComplexFloat32, read["c"].dtype);
        Assert.Equal(written.bytes.ToArray(), read["c"].bytes.ToArray());
    }

    [SkippableFact]
    public void Read_FileOfTheReferenceLibrary_KeepsNamesAndMetadata()
    {
        using StateDict read = Safetensors.Read(ReferenceData.Require("reference/checkpoints/all_types.safetensors"));

        Assert.Equal("module.num_batches_tracked", read.Keys.First());
        Assert.Equal(new Dictionary<string, string> { ["format"] = "pt", ["note"] = "reference" }, read.Metadata);
    }

    [Fact]
    public void Read_StreamThatDoesNotStartAtZero_IsReadFromWhereItStands()
    {
        using Tensor one = tensor(new[] { 1f });
        using var stream = new MemoryStream();
        stream.Write("before"u8);
        Safetensors.Write(stream, [("one", one)]);
        stream.Position = 6;

        using StateDict read = Safetensors.Read(stream);

        Assert.Equal(1f, read["one"].item<float>());
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "'F8_E4M3'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "'x'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "$.shape[0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "no gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "every byte")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "$.a")]
    [InlineData("""{"__metadata__":{"a":null}}""", 0, "null")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "JSON")]
    [InlineData("""{"__metadata__":null}""", 0, "null")]
    [InlineData("""{"a":null}""", 0, "'a'")]
    [InlineData("""{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "two data_offsets")]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{} {}""", 0, "JSON")]
    [InlineData("""[]""", 0, "'{'")]
    public void Read_BadHeader_SaysWhatIsWrong(string json, int dataLength, string reason)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[dataLength]]);

        var error = Assert.Throws<WeightsFormatException>(() => Safetensors.Read(stream, "bad.safetensors"));

        Assert.Contains("bad.safetensors", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Read_TypeOfAMillionLetters_IsRefusedInAShortMessage()
    {
        byte[] header = Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"{{{new string('F', 1_000_000)}}}","shape":[],"data_offsets":[0,0]}}""");
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header]);

        var error = Assert.Throws<WeightsFormatException>(() => Safetensors.Read(stream, "bad.safetensors"));

        Assert.StartsWith("'bad.safetensors': a tensor's type is 'FFF", error.Message);
        Assert.InRange(error.Message.Length, 1000, 1100);
    }

    [Fact]
    public void Read_EmptyTensorOfTheLongestSides_IsRead()
    {
        byte[] header = Encoding.UTF8.GetBytes("""{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}""");
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header]);

        using StateDict read = Safetensors.Read(stream);

        Assert.Equal([0, long.MaxValue], read["a"].shape);
    }

    [Fact]
    public void Write_NameTwice_LeavesTheEarlierFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x.safetensors");
        File.WriteAllText(path, "earlier");
        using Tensor one = ones(1);

        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [("a", one), ("a", one)]));

        Assert.Equal("earlier", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.FullPath));
    }
}
