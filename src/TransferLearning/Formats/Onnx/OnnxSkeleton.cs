using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace TransferLearning.Formats.Onnx;

/// <summary>
/// What a file says without its weights. Each byte is looked at before a message is made of it: known fields are copied, others are passed over,
/// tensors' data stay in the file, and what the messages will take in memory is counted while they are still bytes.
/// </summary>
internal sealed class OnnxSkeleton
{
    // A network's own values are at depth 7, and a graph within a graph is 3 deeper.
    private const int DeepestNesting = 40;
    private const int MostNodes = 100_000;
    private const long MemoryForAnyFile = 32L << 20;
    private const long MemoryForAnyLength = 1L << 30;
    private const int LongestDataInMemory = 256;

    // Lists grow by doubling, and what they leave behind is garbage for a while.
    private const int CostOfByte = 3;
    private const int CostOfElement = 24;
    private const int CostOfText = 48;
    private const int CostOfMessage = 48;
    private const int CostOfList = 40;

    private const int StoredData = 63; // beside the numbers of fields, which are smaller
    private static readonly Dictionary<MessageDescriptor, int> _costs = CostsOf(ModelProto.Descriptor, []);

    private readonly ProtobufInput _input;
    private readonly ProtobufOutput _output = new();
    private readonly long _mostMemory;
    private long _memory;
    private int _nodes;
    private byte[] _text = new byte[256];

    private OnnxSkeleton(Stream file)
    {
        _input = new ProtobufInput(file);
        _mostMemory = MemoryForAnyFile + Math.Min(file.Length, MemoryForAnyLength);
    }

    /// <summary>Reads a file's messages from its beginning to its end; data of more than some bytes become <see cref="TensorProto.Stored"/>.</summary>
    /// <exception cref="InvalidDataException">The file is no ONNX file, is damaged, or would take too much memory.</exception>
    public static ModelProto Read(Stream file)
    {
        file.Position = 0;
        var skeleton = new OnnxSkeleton(file);
        try
        {
            skeleton.Copy(ModelProto.Descriptor, file.Length, depth: 0);
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(skeleton._output.Written);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
        {
            throw new InvalidDataException($"it is no ONNX file, or damaged: {exception.Message}", exception);
        }
    }

    private void Copy(MessageDescriptor type, long end, int depth)
    {
        Take(_costs[type]);
        if (type == NodeProto.Descriptor && ++_nodes > MostNodes)
            throw new InvalidDataException($"it has more than {MostNodes} nodes, which no image network has");

        ulong given = 0;
        while (_input.Position < end)
        {
            (int number, WireType wire) = _input.ReadTag(end);
            if (Known(type, number) is not { } field)
                _input.Skip(wire, end);
            else if (field.FieldType == FieldType.Message)
                CopyMessage(field, wire, end, depth, IsFirst(number, ref given) || field.IsRepeated);
            else if (wire == WireType.Bytes)
                CopyBytes(field, end, ref given);
            else
                CopyNumber(field, wire, end);
        }
    }

    private static FieldDescriptor? Known(MessageDescriptor type, int number) =>
        type == TensorProto.Descriptor && number == TensorProto.StoredFieldNumber ? null : type.FindFieldByNumber(number);

    private void CopyMessage(FieldDescriptor field, WireType wire, long end, int depth, bool mayBeGiven)
    {
        if (wire != WireType.Bytes)
            throw Unexpected(field, wire);
        if (!mayBeGiven)
            throw new InvalidDataException($"before byte {_input.Position} {NameOf(field)} is given twice in one message; once is possible");
        if (depth == DeepestNesting)
            throw new InvalidDataException($"before byte {_input.Position} messages are nested deeper than {DeepestNesting}, which no image network needs");

        long length = _input.ReadLength(end);
        _output.WriteTag(field.FieldNumber, WireType.Bytes);
        int start = _output.BeginMessage();
        Copy(field.MessageType, _input.Position + length, depth + 1);
        _output.EndMessage(start);
    }

    private void CopyBytes(FieldDescriptor field, long end, ref ulong given)
    {
        bool isText = field.FieldType is FieldType.String or FieldType.Bytes;
        if (!isText && !field.IsRepeated)
            throw Unexpected(field, WireType.Bytes);

        long start = _input.Position;
        long length = _input.ReadLength(end);
        if (IsData(field) && length > LongestDataInMemory)
        {
            if (!IsFirst(StoredData, ref given))
                throw new InvalidDataException($"before byte {start} a tensor's data are given twice; once is possible");
            WriteStored(new TensorProto.Types.Stored { Field = field.FieldNumber, Start = _input.Position, Length = length });
            _input.Skip(length);
            return;
        }

        bool isFixed = field.FieldType is FieldType.Float or FieldType.Double;
        Take(isText ? CostOfText + length * 2 : isFixed ? length * CostOfByte : length * CostOfElement, length);
        _output.WriteTag(field.FieldNumber, WireType.Bytes);
        _output.WriteVarint((ulong)length);
        if (_text.Length < length)
            _text = new byte[length];
        Span<byte> value = _text.AsSpan(0, (int)length);
        _input.ReadExactly(value, end);
        if (field.FieldType == FieldType.String && !Utf8.IsValid(value))
            throw new InvalidDataException($"at byte {start} {NameOf(field)} is no UTF-8 text");
        if (isFixed ? length % FixedSize(field) != 0 : !isText && value is [.., >= 0x80])
            throw new InvalidDataException($"at byte {start} {NameOf(field)} ends within a number");
        _output.Write(value);
    }

    private void CopyNumber(FieldDescriptor field, WireType wire, long end)
    {
        WireType expected = field.FieldType switch
        {
            FieldType.Float => WireType.Fixed32,
            FieldType.Double => WireType.Fixed64,
            FieldType.String or FieldType.Bytes => WireType.Bytes,
            _ => WireType.Varint,
        };
        if (wire != expected)
            throw Unexpected(field, wire);

        Take(field.IsRepeated ? CostOfElement : 0);
        _output.WriteTag(field.FieldNumber, wire);
        if (wire == WireType.Varint)
        {
            _output.WriteVarint(_input.ReadVarint(end));
            return;
        }
        Span<byte> value = stackalloc byte[FixedSize(field)];
        _input.ReadExactly(value, end);
        _output.Write(value);
    }

    private void WriteStored(TensorProto.Types.Stored stored)
    {
        Take(_costs[TensorProto.Types.Stored.Descriptor]);
        byte[] bytes = stored.ToByteArray();
        _output.WriteTag(TensorProto.StoredFieldNumber, WireType.Bytes);
        _output.WriteVarint((ulong)bytes.Length);
        _output.Write(bytes);
    }

    // What is written is counted too; it is a copy of what is parsed.
    private void Take(long bytes, long toWrite = 0)
    {
        _memory += bytes;
        if (_memory + CostOfByte * (_output.Length + toWrite) > _mostMemory)
        {
            throw new InvalidDataException(
                $"before byte {_input.Position} its messages take more than {_mostMemory} bytes of memory, which those of no image network of its size do");
        }
    }

    private static int FixedSize(FieldDescriptor field) => field.FieldType == FieldType.Float ? sizeof(float) : sizeof(double);

    private static bool IsFirst(int field, ref ulong given)
    {
        ulong before = given;
        given |= 1UL << field;
        return given != before;
    }

    private static bool IsData(FieldDescriptor field) => field.ContainingType == TensorProto.Descriptor && field.FieldNumber is
        TensorProto.RawDataFieldNumber or TensorProto.FloatDataFieldNumber or TensorProto.DoubleDataFieldNumber or
        TensorProto.Int32DataFieldNumber or TensorProto.Int64DataFieldNumber or TensorProto.Uint64DataFieldNumber;

    private InvalidDataException Unexpected(FieldDescriptor field, WireType wire) =>
        new($"before byte {_input.Position} {NameOf(field)} has the wire type {(int)wire}, which is not that of a {field.FieldType}");

    private static string NameOf(FieldDescriptor field) => $"{field.ContainingType.Name}.{field.Name}";

    private static Dictionary<MessageDescriptor, int> CostsOf(MessageDescriptor type, Dictionary<MessageDescriptor, int> costs)
    {
        IList<FieldDescriptor> fields = type.Fields.InDeclarationOrder();
        if (costs.TryAdd(type, CostOfMessage + CostOfElement + fields.Sum(field => sizeof(long) + (field.IsRepeated ? CostOfList : 0))))
        {
            foreach (FieldDescriptor field in fields.Where(field => field.FieldType == FieldType.Message))
                CostsOf(field.MessageType, costs);
        }
        return costs;
    }
}
