using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Formats.Onnx;
using TransferLearning.Tests.Support;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Tests.Formats.Onnx;

public sealed class OnnxWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("sample.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Weights_AreWhatAnyParserReads()
    {
        ModelProto proto = SampleOnnx.Empty();
        proto.Graph.Initializer.Add(SampleOnnx.Integers("axes", [2], 2, 3));
        ModelProto before = proto.Clone();

        OnnxFile.Write(File, proto, [Weight("large", 300, 1), Weight("small", 3, 2), new("none", DataType.Float, [0, 3], _ => { })]);

        ModelProto read = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(File));
        Assert.Equal(before, proto);
        Assert.Equal(["axes", "large", "small", "none"], read.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(SampleOnnx.Floats(300, 1), MemoryMarshal.Cast<byte, float>(read.Graph.Initializer[1].RawData.Span).ToArray());
        Assert.Equal([300], read.Graph.Initializer[1].Dims);
        Assert.Equal([0, 3], read.Graph.Initializer[3].Dims);
        while (read.Graph.Initializer.Count > 1)
            read.Graph.Initializer.RemoveAt(1);
        Assert.Equal(proto, read);
    }

    [Fact]
    public void WriteThenRead_Weights_GivesTheSame()
    {
        OnnxFile.Write(File, SampleOnnx.Empty(), [Weight("large", 300, 1), Weight("small", 3, 2)]);

        using OnnxModel read = OnnxFile.Read(File);
        Assert.Equal(SampleOnnx.Floats(300, 1).Select(value => (double)value), SampleOnnx.Values(read, read.Proto.Graph.Initializer[0]));
        Assert.Equal(SampleOnnx.Floats(3, 2).Select(value => (double)value), SampleOnnx.Values(read, read.Proto.Graph.Initializer[1]));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1000)]
    public void Write_Again_GivesTheSameBytesAndNoOtherFile(long longestFile)
    {
        void Write() => OnnxFile.Write(File, SampleOnnx.Model(), [Weight("large", 3000, 1), Weight("larger", 5000, 2)], longestFile);

        Write();
        Dictionary<string, byte[]> first = Files();
        Write();
        Dictionary<string, byte[]> second = Files();

        Assert.Equal(longestFile > 1000 ? 1 : 2, first.Count);
        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        Assert.All(first, file => Assert.Equal(file.Value, second[file.Key]));
    }

    [Fact]
    public void Write_BeyondTheLimit_PutsWeightsBesideTheFileAtWholePages()
    {
        OnnxFile.Write(File, SampleOnnx.Empty(), [Weight("first", 3000, 1), Weight("small", 3, 2), Weight("second", 500, 3)], longestFile: 1000);

        ModelProto proto = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(File));
        Assert.Equal(["0", null, "12288"], proto.Graph.Initializer.Select(tensor => tensor.ExternalData.FirstOrDefault(entry => entry.Key == "offset")?.Value));
        Assert.Equal(["12000", null, "2000"], proto.Graph.Initializer.Select(tensor => tensor.ExternalData.FirstOrDefault(entry => entry.Key == "length")?.Value));
        Assert.Equal(12, proto.Graph.Initializer[1].RawData.Length);
        Assert.Equal(12288 + 2000, new FileInfo(Directory.GetFiles(_folder.FullPath, "*.data").Single()).Length);
        using OnnxModel read = OnnxFile.Read(File);
        Assert.Equal(SampleOnnx.Floats(3000, 1).Select(value => (double)value), SampleOnnx.Values(read, read.Proto.Graph.Initializer[0]));
        Assert.Equal(SampleOnnx.Floats(500, 3).Select(value => (double)value), SampleOnnx.Values(read, read.Proto.Graph.Initializer[2]));
    }

    [Fact]
    public void Write_OtherWeightsUnderTheSameName_LeavesTheDataOfTheFileBefore()
    {
        OnnxFile.Write(File, SampleOnnx.Empty(), [Weight("w", 3000, 1)], longestFile: 1000);
        System.IO.File.Copy(File, _folder.File("kept.onnx"));

        OnnxFile.Write(File, SampleOnnx.Empty(), [Weight("w", 3000, 2)], longestFile: 1000);

        using OnnxModel kept = OnnxFile.Read(_folder.File("kept.onnx"));
        using OnnxModel later = OnnxFile.Read(File);
        Assert.Equal(SampleOnnx.Floats(3000, 1)[7], SampleOnnx.Values(kept, kept.Proto.Graph.Initializer[0])[7]);
        Assert.Equal(SampleOnnx.Floats(3000, 2)[7], SampleOnnx.Values(later, later.Proto.Graph.Initializer[0])[7]);
    }

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1000, 1)]
    [InlineData(1000, 2)]
    [InlineData(1000, 3)]
    public void Write_FailingHalfWay_LeavesTheEarlierFileAndNothingBeside(long longestFile, int failingWrite)
    {
        System.IO.File.WriteAllText(File, "earlier");
        int writes = 0;
        OnnxInitializer failing = new("small", DataType.Float, [3], stream =>
        {
            if (++writes == failingWrite - (longestFile > 1000 ? 0 : 2) || failingWrite < 3)
                throw new IOException("half way");
            stream.Write(new byte[12]);
        });
        OnnxInitializer weight = Weight("w", 3000, 1);

        Assert.Throws<IOException>(() => OnnxFile.Write(File, SampleOnnx.Empty(), [failingWrite == 2 ? weight with { Write = failing.Write } : weight, failing], longestFile));

        Assert.Equal("earlier", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(0)]
    public void Write_OtherNumberOfBytesThanTheShapeAsksFor_IsAnError(int bytes)
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            OnnxFile.Write(File, SampleOnnx.Empty(), [new("w", DataType.Float, [3], stream => stream.Write(new byte[bytes]))]));

        Assert.Contains($"'w' wrote {bytes} bytes; its type and shape ask for 12", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void Write_NameTwice_IsRefused()
    {
        ModelProto proto = SampleOnnx.Empty();
        proto.Graph.Initializer.Add(SampleOnnx.Integers("w", [1], 1));

        Assert.Contains("'w'", Assert.Throws<ArgumentException>(() => OnnxFile.Write(File, proto, [Weight("w", 3, 1)])).Message);
        Assert.Contains("'v'", Assert.Throws<ArgumentException>(() => OnnxFile.Write(File, proto, [Weight("v", 3, 1), Weight("v", 3, 1)])).Message);
    }

    [Fact]
    public void Write_TensorThatIsInAnotherFile_IsRefused()
    {
        using OnnxModel read = SampleOnnx.Open(SampleOnnx.Model().ToByteArray());

        Assert.Contains("'conv.weight'", Assert.Throws<ArgumentException>(() => OnnxFile.Write(File, read.Proto, [])).Message);
    }

    [Fact]
    public void Write_LargeWeights_HoldsNoneInMemory()
    {
        const int Elements = 10_000_000;
        byte[] piece = new byte[1 << 16];
        OnnxInitializer Zeros(string name) => new(name, DataType.Float, [Elements], stream =>
        {
            for (int left = Elements * sizeof(float); left > 0; left -= piece.Length)
                stream.Write(piece.AsSpan(0, Math.Min(left, piece.Length)));
        });
        long before = GC.GetAllocatedBytesForCurrentThread();

        OnnxFile.Write(File, SampleOnnx.Empty(), [Zeros("a"), Zeros("b")]);

        Assert.InRange(new FileInfo(File).Length, 2L * Elements * sizeof(float), 2L * Elements * sizeof(float) + 1000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static OnnxInitializer Weight(string name, int count, int seed) =>
        new(name, DataType.Float, [count], stream => stream.Write(MemoryMarshal.AsBytes<float>(SampleOnnx.Floats(count, seed))));

    private Dictionary<string, byte[]> Files() => Directory.GetFiles(_folder.FullPath).ToDictionary(path => Path.GetFileName(path), System.IO.File.ReadAllBytes);
}
