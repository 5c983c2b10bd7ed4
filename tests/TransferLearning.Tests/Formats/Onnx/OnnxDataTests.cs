using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;
using static TransferLearning.Tests.Formats.Onnx.WireBytes;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Tests.Formats.Onnx;

public sealed class OnnxDataTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(3000)]
    public void Read_EveryFieldOfATensor_GivesItsNumbersInItsOwnType(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count).Select(index => index % 100)];
        (TensorProto Tensor, ScalarType Type)[] cases =
        [
            (Of(DataType.Float, count, tensor => tensor.FloatData.Add(numbers.Select(value => (float)value))), ScalarType.Float32),
            (Of(DataType.Double, count, tensor => tensor.DoubleData.Add(numbers.Select(value => (double)value))), ScalarType.Float64),
            (Of(DataType.Int64, count, tensor => tensor.Int64Data.Add(numbers.Select(value => (long)value))), ScalarType.Int64),
            (Of(DataType.Int32, count, tensor => tensor.Int32Data.Add(numbers)), ScalarType.Int32),
            (Of(DataType.Int16, count, tensor => tensor.Int32Data.Add(numbers)), ScalarType.Int16),
            (Of(DataType.Int8, count, tensor => tensor.Int32Data.Add(numbers)), ScalarType.Int8),
            (Of(DataType.Uint8, count, tensor => tensor.Int32Data.Add(numbers)), ScalarType.Byte),
            (Of(DataType.Float16, count, tensor => tensor.Int32Data.Add(numbers.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)))), ScalarType.Float16),
            (Of(DataType.Bfloat16, count, tensor => tensor.Int32Data.Add(numbers.Select(value => BitConverter.SingleToInt32Bits(value) >> 16))), ScalarType.BFloat16),
            (Of(DataType.Float, count, tensor => tensor.RawData = Raw(numbers.Select(value => (float)value))), ScalarType.Float32),
            (Of(DataType.Int64, count, tensor => tensor.RawData = Raw(numbers.Select(value => (long)value))), ScalarType.Int64),
            (Of(DataType.Float16, count, tensor => tensor.RawData = Raw(numbers.Select(value => (Half)value))), ScalarType.Float16),
            (Of(DataType.Uint8, count, tensor => tensor.RawData = Raw(numbers.Select(value => (byte)value))), ScalarType.Byte),
        ];

        foreach ((TensorProto tensor, ScalarType type) in cases)
        {
            using OnnxModel model = Open(tensor);
            using Tensor read = model.ReadTensor(model.Proto.Graph.Initializer[0]);
            Assert.Equal(type, read.dtype);
            Assert.Equal([count], read.shape);
            Assert.Equal(numbers.Select(value => (double)value), Numbers.Of(read));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_Booleans_AreZeroOrOne(bool isRaw)
    {
        TensorProto Booleans(params byte[] values) => Of(DataType.Bool, values.Length, tensor =>
        {
            if (isRaw)
                tensor.RawData = ByteString.CopyFrom(values);
            else
                tensor.Int32Data.Add(values.Select(value => (int)value));
        });

        using OnnxModel sound = Open(Booleans(0, 1, 1));
        Assert.Equal([0, 1, 1], SampleOnnx.Values(sound, sound.Proto.Graph.Initializer[0]));
        Assert.Contains(isRaw ? "neither 0 nor 1" : "0 to 1", Refusal(Booleans(0, 2)));
    }

    [Fact]
    public void Read_NegativeNumbers_KeepTheirSign()
    {
        using OnnxModel model = Open(
            Of(DataType.Int8, 2, tensor => tensor.Int32Data.Add([-128, -1])),
            Of(DataType.Int32, 2, tensor => tensor.Int32Data.Add([int.MinValue, -1])),
            Of(DataType.Int64, 1000, tensor => tensor.Int64Data.Add(Enumerable.Repeat(long.MinValue, 1000))));

        Assert.Equal([-128, -1], SampleOnnx.Values(model, model.Proto.Graph.Initializer[0]));
        Assert.Equal([int.MinValue, -1], SampleOnnx.Values(model, model.Proto.Graph.Initializer[1]));
        Assert.All(SampleOnnx.Values(model, model.Proto.Graph.Initializer[2]), value => Assert.Equal(long.MinValue, value));
    }

    [Fact]
    public void Read_ScalarAndEmpty_HaveTheirShapes()
    {
        using OnnxModel model = Open(
            new TensorProto { DataType = 1, FloatData = { 2.5f } }, new TensorProto { DataType = 7, Dims = { 0, 4 } }, new TensorProto { DataType = 1, Dims = { 0, long.MaxValue } });

        using Tensor scalar = model.ReadTensor(model.Proto.Graph.Initializer[0]);
        using Tensor empty = model.ReadTensor(model.Proto.Graph.Initializer[1]);
        using Tensor longest = model.ReadTensor(model.Proto.Graph.Initializer[2]);

        Assert.Empty(scalar.shape);
        Assert.Equal(2.5f, scalar.item<float>());
        Assert.Equal([0, 4], empty.shape);
        Assert.Equal([0, long.MaxValue], longest.shape);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "negative side", "no memory holds" },
        { "overflow", "no memory holds" },
        { "bytes overflow", "which no file holds" },
        { "too many dimensions", "at most 64" },
        { "nothing", "no field" },
        { "two fields", "raw_data and float_data" },
        { "too short", "has 4 bytes" },
        { "too long", "has 12 bytes" },
        { "stored too short", "has 4000 bytes" },
        { "other field", "belong in raw_data or float_data" },
        { "too few integers", "has 1 integers" },
        { "too many stored integers", "more integers than the 200" },
        { "too few stored integers", "fewer integers than the 400" },
        { "stored integers shorter than any", "400 bytes" },
        { "out of range", "is 300; those of its type are 0 to 255" },
        { "data of an empty one", "it has no elements" },
        { "segment", "segment" },
        { "string", "type is STRING" },
        { "uint16", "type is UINT16" },
        { "uint64", "type is UINT64" },
        { "complex", "type is COMPLEX64" },
        { "undefined", "type is UNDEFINED" },
        { "float8", "type is number 17" },
        { "negative type", "type is number -1" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongTensor_SaysWhichAndWhatWouldBeRight(string what, string reason)
    {
        TensorProto tensor = what switch
        {
            "negative side" => new TensorProto { DataType = 1, Dims = { -1 }, RawData = Raw([1f]) },
            "overflow" => new TensorProto { DataType = 1, Dims = { 1L << 32, 1L << 32 }, RawData = Raw([1f]) },
            "bytes overflow" => new TensorProto { DataType = 1, Dims = { 1L << 62 }, RawData = Raw([1f]) },
            "too many dimensions" => new TensorProto { DataType = 1, Dims = { Enumerable.Repeat(1L, 65) }, RawData = Raw([1f]) },
            "nothing" => new TensorProto { DataType = 1, Dims = { 2 } },
            "two fields" => new TensorProto { DataType = 1, Dims = { 1 }, RawData = Raw([1f]), FloatData = { 1 } },
            "too short" => new TensorProto { DataType = 1, Dims = { 2 }, RawData = Raw([1f]) },
            "too long" => new TensorProto { DataType = 1, Dims = { 2 }, FloatData = { 1, 2, 3 } },
            "stored too short" => new TensorProto { DataType = 1, Dims = { 1 << 30, 1 << 20 }, RawData = Raw(new float[1000]) },
            "other field" => new TensorProto { DataType = 1, Dims = { 1 }, Int32Data = { 1 } },
            "too few integers" => new TensorProto { DataType = 7, Dims = { 2 }, Int64Data = { 1 } },
            "too many stored integers" => new TensorProto { DataType = 7, Dims = { 200 }, Int64Data = { new long[300] } },
            "too few stored integers" => new TensorProto { DataType = 7, Dims = { 400 }, Int64Data = { Enumerable.Repeat(1L << 20, 300) } },
            "stored integers shorter than any" => new TensorProto { DataType = 7, Dims = { 1L << 20 }, Int64Data = { new long[400] } },
            "out of range" => new TensorProto { DataType = 2, Dims = { 1 }, Int32Data = { 300 } },
            "data of an empty one" => new TensorProto { DataType = 1, Dims = { 0 }, RawData = Raw([1f]) },
            "segment" => new TensorProto { DataType = 1, Dims = { 1 }, RawData = Raw([1f]), Segment = new TensorProto.Types.Segment() },
            "string" => new TensorProto { DataType = 8, Dims = { 1 }, StringData = { ByteString.CopyFromUtf8("text") } },
            "uint16" => new TensorProto { DataType = 4, Dims = { 1 }, Int32Data = { 1 } },
            "uint64" => new TensorProto { DataType = 13, Dims = { 1 }, Uint64Data = { 1 } },
            "complex" => new TensorProto { DataType = 14, Dims = { 1 }, RawData = Raw([1f, 2f]) },
            "undefined" => new TensorProto { Dims = { 1 }, RawData = Raw([1f]) },
            "float8" => new TensorProto { DataType = 17, Dims = { 1 }, RawData = Raw(new byte[1]) },
            _ => new TensorProto { DataType = -1, Dims = { 1 }, RawData = Raw([1f]) },
        };
        tensor.Name = "wrong.weight";
        long before = LiveTensors.Count;

        string refusal = Refusal(tensor);

        Assert.Contains("'sample.onnx': tensor 'wrong.weight': ", refusal);
        Assert.Contains(reason, refusal);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Read_IntegersThatAreUnpacked_AreRead()
    {
        byte[] tensor = Field(5, Tag(1, 0), [2], Tag(2, 0), [7], Tag(7, 0), [5], Tag(7, 0), [6]);

        using OnnxModel model = SampleOnnx.Open(Field(7, tensor));

        Assert.Equal([5, 6], SampleOnnx.Values(model, model.Proto.Graph.Initializer[0]));
    }

    [Fact]
    public void Read_IntegersOfOneByteEach_AreRefusedWhereAllTakeTooMuchMemory()
    {
        // Ten megabytes that stand for eighty, and are read in the order of the file.
        byte[] tensor = Field(5, Tag(1, 0), Varint(1 << 20), Tag(2, 0), [7], Field(7, new byte[1 << 20]));
        using OnnxModel model = SampleOnnx.Open(Field(7, Repeat(tensor, 10)));
        int read = 0;

        var error = Assert.Throws<OnnxFormatException>(() =>
        {
            foreach (TensorProto next in model.Proto.Graph.Initializer)
            {
                model.ReadTensor(next).Dispose();
                model.ReadTensor(next).Dispose(); // does not count again
                read++;
            }
        });

        Assert.Equal(3, read);
        Assert.Contains("bytes of memory", error.Message);
    }

    private static TensorProto Of(DataType type, int count, Action<TensorProto> fill)
    {
        var tensor = new TensorProto { DataType = (int)type, Dims = { count } };
        fill(tensor);
        return tensor;
    }

    private static ByteString Raw<T>(IEnumerable<T> values)
        where T : unmanaged =>
        ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values.ToArray()));

    private static OnnxModel Open(params TensorProto[] tensors) => SampleOnnx.Open(new ModelProto { Graph = new GraphProto { Initializer = { tensors } } }.ToByteArray());

    private static string Refusal(TensorProto tensor)
    {
        using OnnxModel model = Open(tensor);
        return Assert.Throws<OnnxFormatException>(() => model.ReadTensor(model.Proto.Graph.Initializer[0])).Message;
    }
}
