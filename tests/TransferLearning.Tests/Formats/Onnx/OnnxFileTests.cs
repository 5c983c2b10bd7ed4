using System.Text;
using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats.Onnx;

public sealed class OnnxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_SoundFile_GivesItsMessagesAndTensors()
    {
        ModelProto written = SampleOnnx.Model();
        File.WriteAllBytes(_folder.File("sample.onnx"), written.ToByteArray());

        using OnnxModel read = OnnxFile.Read(_folder.File("sample.onnx"));

        Assert.Equal(written.Graph.Node.Count, read.Proto.Graph.Node.Count);
        Assert.All(written.Graph.Node.Zip(read.Proto.Graph.Node), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(written.Graph.Input, read.Proto.Graph.Input);
        Assert.Equal(written.Graph.Output, read.Proto.Graph.Output);
        Assert.Equal(written.OpsetImport, read.Proto.OpsetImport);
        Assert.Equal(written.MetadataProps, read.Proto.MetadataProps);
        Assert.Equal(written.Graph.Initializer.Select(tensor => tensor.Name), read.Proto.Graph.Initializer.Select(tensor => tensor.Name));
        using Tensor weight = read.ReadTensor(read.Proto.Graph.Initializer[0]);
        Assert.Equal([16, 3, 3, 3], weight.shape);
        Assert.Equal(ScalarType.Float32, weight.dtype);
        Assert.Equal(SampleOnnx.Floats(16 * 27, 1), weight.data<float>().ToArray());
        Assert.Equal(SampleOnnx.Floats(16, 2).Select(value => (double)value), SampleOnnx.Values(read, read.Proto.Graph.Initializer[1]));
        using Tensor half = read.ReadTensor(read.Proto.Graph.Initializer[2]);
        Assert.Equal(ScalarType.Float16, half.dtype);
        Assert.Equal((double)BitConverter.Int16BitsToHalf(15000), Numbers.Of(half)[0]);
        Assert.Equal([1, -7], SampleOnnx.Values(read, read.Proto.Graph.Node[4].Attribute[0].T));
    }

    [Fact]
    public void Read_LargeTensors_StayInTheFile()
    {
        using OnnxModel read = SampleOnnx.Open(SampleOnnx.Model().ToByteArray());

        TensorProto weight = read.Proto.Graph.Initializer[0];
        Assert.Empty(weight.RawData);
        Assert.Equal(16 * 27 * sizeof(float), weight.Stored.Length);
        Assert.Null(read.Proto.Graph.Initializer[1].Stored);
    }

    [Fact]
    public void Read_FieldsThatAreNotRead_AreLeftOut()
    {
        ModelProto written = SampleOnnx.Empty();
        byte[] training = WireBytes.Field(20, new byte[100_000]);
        byte[] quantization = WireBytes.Field(7, WireBytes.Field(14, new byte[5000]));

        using OnnxModel read = SampleOnnx.Open([.. training, .. written.ToByteArray(), .. WireBytes.Tag(99, 5), 1, 2, 3, 4, .. WireBytes.Tag(98, 1), .. new byte[8], .. WireBytes.Tag(97, 0), 5]);

        Assert.Equal(written, read.Proto);
        Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open([.. written.ToByteArray(), .. quantization])); // a second graph
    }

    [Fact]
    public void Read_PlaceOfDataThatAFileClaims_IsNoPlace()
    {
        byte[] claim = WireBytes.Field(1000, WireBytes.Tag(1, 0), [9], WireBytes.Tag(2, 0), [0], WireBytes.Tag(3, 0), [100]);
        byte[] tensor = WireBytes.Field(5, WireBytes.Tag(1, 0), [25], WireBytes.Tag(2, 0), [1], claim);

        using OnnxModel read = SampleOnnx.Open(WireBytes.Field(7, tensor));

        Assert.Null(read.Proto.Graph.Initializer[0].Stored);
        Assert.Contains("no field", Assert.Throws<OnnxFormatException>(() => read.ReadTensor(read.Proto.Graph.Initializer[0])).Message);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("<!DOCTYPE html><html><body>Not found</body></html>", "web page")]
    [InlineData("\n  <html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "Git LFS")]
    [InlineData("PK\u0003\u0004 archive/data.pkl", "zip")]
    [InlineData("{\"error\": \"not found\"}", "JSON")]
    [InlineData("@\u0000\u0000\u0000\u0000\u0000\u0000\u0000{\"a\":{}}", "safetensors")]
    [InlineData("\u001c\u0000\u0000\u0000TFL3", "TensorFlow Lite")]
    [InlineData("\u001c\u0000\u0000\u0000ORTM", "ONNX Runtime")]
    [InlineData("Hello, world", "no ONNX file")]
    [InlineData("\u0008\u0008", "no graph")]
    public void Read_FileOfAnotherFormat_SaysWhatItIs(string content, string what)
    {
        string path = _folder.File("model.onnx");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(content));

        var error = Assert.Throws<OnnxFormatException>(() => OnnxFile.Read(path));

        Assert.Contains(path, error.Message);
        Assert.Contains(what, error.Message);
        Assert.Equal(path, error.FileName);
        File.Delete(path); // on Windows, a file that is still open cannot be deleted
    }

    [Fact]
    public void Read_PickleOrHdf5_SaysWhatItIs()
    {
        Assert.Contains("pickle", Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open([0x80, 2, 0x8a, 0x0a])).Message);
        Assert.Contains("HDF5", Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open([0x89, .. "HDF\r\n"u8])).Message);
        Assert.Contains("gzip", Assert.Throws<OnnxFormatException>(() => SampleOnnx.Open([0x1f, 0x8b, 8])).Message);
    }

    [Fact]
    public void Read_AbsentFile_SaysSo() => Assert.Throws<FileNotFoundException>(() => OnnxFile.Read(_folder.File("absent.onnx")));

    [SkippableFact]
    public void Read_Pipe_IsRefusedByNameWithoutWaiting()
    {
        Pipe.Create(_folder.File("pipe.onnx"));

        Assert.Contains("is a pipe", Assert.Throws<IOException>(() => OnnxFile.Read(_folder.File("pipe.onnx"))).Message);
    }

    [Fact]
    public void Read_TextThatIsHostile_IsShownAsCodes()
    {
        using OnnxModel read = SampleOnnx.Open(new ModelProto { Graph = new GraphProto { Initializer = { new TensorProto { Name = "a\u001b[2J\n", DataType = 8 } } } }.ToByteArray());

        var error = Assert.Throws<OnnxFormatException>(() => read.ReadTensor(read.Proto.Graph.Initializer[0]));

        Assert.Contains("'a\\u001b[2J\\u000a'", error.Message);
        Assert.Contains("STRING", error.Message);
    }
}
