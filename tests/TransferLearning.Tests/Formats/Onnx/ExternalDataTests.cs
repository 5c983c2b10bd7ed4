using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Formats.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ExternalDataTests() => File.WriteAllBytes(_folder.File("w.data"), [9, 9, 9, 9, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_DataBesideTheFile_AreFoundByOffset()
    {
        using OnnxModel model = Open(("location", "w.data"), ("offset", "4"), ("length", "8"), ("checksum", "whatever"));

        Assert.Equal([1, 2], SampleOnnx.Values(model, model.Proto.Graph.Initializer[0]));
    }

    [Fact]
    public void Read_WithoutOffsetAndLength_BeginsAtTheBeginning()
    {
        File.WriteAllBytes(_folder.File("w.data"), [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 1]);
        using OnnxModel model = Open(("location", "w.data"));

        Assert.Equal([1, 2], SampleOnnx.Values(model, model.Proto.Graph.Initializer[0]));
    }

    [Theory]
    [InlineData("../w.data")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("./w.data")]
    [InlineData("folder/w.data")]
    [InlineData("folder\\w.data")]
    [InlineData("/etc/passwd")]
    [InlineData("\\\\server\\share\\w.data")]
    [InlineData("C:w.data")]
    [InlineData("w.data:stream")]
    [InlineData("w.data\0.txt")]
    [InlineData("w.data ")]
    [InlineData("w.data.")]
    [InlineData("")]
    public void Read_AnyPathButAName_IsRefused(string location)
    {
        Directory.CreateDirectory(_folder.File("folder"));
        File.WriteAllBytes(_folder.File("folder/w.data"), new byte[8]);

        Assert.Contains("the name of a file in the same folder is expected", Refusal(("location", location), ("offset", "4")));
    }

    [Fact]
    public void Read_NameLongerThanAnyFiles_IsRefused() => Assert.Contains("the name of a file", Refusal(("location", new string('w', 100_000))));

    [Fact]
    public void Read_NoLocation_IsRefused() => Assert.Contains("the name of a file", Refusal(("offset", "4")));

    [SkippableFact]
    public void Read_LinkBesideTheFile_IsRefused()
    {
        using var elsewhere = new TemporaryFolder();
        File.WriteAllBytes(elsewhere.File("secret"), new byte[8]);
        Links.Require(_folder.File("link.data"), elsewhere.File("secret"));

        Assert.Contains("which is a link", Refusal(("location", "link.data")));
    }

    [SkippableFact]
    public void Read_PipeBesideTheFile_IsRefusedWithoutWaiting()
    {
        Pipe.Create(_folder.File("pipe.data"));
        using OnnxModel model = Open(("location", "pipe.data"));

        Assert.Contains("is a pipe", Assert.ThrowsAny<IOException>(() => model.ReadTensor(model.Proto.Graph.Initializer[0])).Message);
    }

    [Theory]
    [InlineData("absent.data", "0", "8", "no such file")]
    [InlineData("folder", "0", "8", "no such file")]
    [InlineData("w.data", "8", "8", "which has 12")]
    [InlineData("w.data", "9223372036854775807", "8", "which has 12")]
    [InlineData("w.data", "-4", "8", "a number of bytes is expected")]
    [InlineData("w.data", "+4", "8", "a number of bytes is expected")]
    [InlineData("w.data", "4.0", "8", "a number of bytes is expected")]
    [InlineData("w.data", "99999999999999999999", "8", "a number of bytes is expected")]
    [InlineData("w.data", "0", "12", "ask for 8")]
    [InlineData("w.data", "0", "-8", "a number of bytes is expected")]
    [InlineData("w.data", "", "8", "a number of bytes is expected")]
    public void Read_PlaceThatIsNone_IsRefused(string location, string offset, string length, string reason)
    {
        Directory.CreateDirectory(_folder.File("folder"));

        Assert.Contains(reason, Refusal(("location", location), ("offset", offset), ("length", length)));
    }

    [Fact]
    public void Read_KeyTwice_IsRefused() => Assert.Contains("'location' twice", Refusal(("location", "w.data"), ("location", "other")));

    [Fact]
    public void Read_DataInsideToo_IsRefused()
    {
        using OnnxModel model = Open(new TensorProto { RawData = ByteString.CopyFrom(new byte[8]) }, ("location", "w.data"), ("offset", "4"));

        Assert.Contains("raw_data and in another file", Assert.Throws<OnnxFormatException>(() => model.ReadTensor(model.Proto.Graph.Initializer[0])).Message);
    }

    [Fact]
    public void Read_OnePlaceForManyTensors_IsRefusedWhereTheyTakeTooMuchMemory()
    {
        using (FileStream large = File.Create(_folder.File("large.data")))
            large.SetLength(6 << 20);
        TensorProto tensor = Tensor([("location", "large.data")], new TensorProto(), 6 << 18);
        using OnnxModel model = Open(Enumerable.Repeat(tensor, 100));
        int read = 0;

        var error = Assert.Throws<OnnxFormatException>(() =>
        {
            foreach (TensorProto next in model.Proto.Graph.Initializer)
            {
                model.ReadTensor(next).Dispose();
                read++;
            }
        });

        Assert.Equal(3, read);
        Assert.Contains("bytes of memory", error.Message);
    }

    private string Refusal(params (string Key, string Value)[] entries)
    {
        using OnnxModel model = Open(entries);
        return Assert.Throws<OnnxFormatException>(() => model.ReadTensor(model.Proto.Graph.Initializer[0])).Message;
    }

    private OnnxModel Open(params (string Key, string Value)[] entries) => Open(new TensorProto(), entries);

    private OnnxModel Open(TensorProto tensor, params (string Key, string Value)[] entries) => Open([Tensor(entries, tensor, 2)]);

    private OnnxModel Open(IEnumerable<TensorProto> tensors)
    {
        File.WriteAllBytes(_folder.File("model.onnx"), new ModelProto { Graph = new GraphProto { Initializer = { tensors } } }.ToByteArray());
        return OnnxFile.Read(_folder.File("model.onnx"));
    }

    private static TensorProto Tensor((string Key, string Value)[] entries, TensorProto tensor, long count)
    {
        tensor.Name = "w";
        tensor.DataType = (int)TensorProto.Types.DataType.Float;
        tensor.Dims.Add(count);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return tensor;
    }
}
