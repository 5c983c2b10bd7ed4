using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Formats.Onnx;

/// <summary>A tensor whose type, shape and data go together, as far as their sizes tell; it takes its memory when it is read.</summary>
internal sealed class OnnxData
{
    // An integer takes one to ten bytes.
    private const int LongestInteger = 10;

    private readonly TensorProto _tensor;
    private readonly Stream _file;
    private readonly ScalarType _type;
    private readonly long[] _shape;
    private readonly int _field;
    private readonly (string Path, long Offset)? _external;

    /// <param name="tensor">What the file says of it; data are in it, in the file, or in another file of the folder.</param>
    /// <param name="file">The file; borrowed.</param>
    /// <param name="external">The other files.</param>
    /// <exception cref="InvalidDataException">Its type cannot be read, or its data are absent, twice there, too long or too short.</exception>
    public OnnxData(TensorProto tensor, Stream file, ExternalData external)
    {
        (_tensor, _file) = (tensor, file);
        _type = OnnxTypes.Parse(tensor.DataType);
        _shape = [.. tensor.Dims];
        long elements = TensorShape.ElementCount(_shape);
        ByteCount = TensorShape.ByteCount(elements, _type);
        if (tensor.Segment is not null)
            throw new InvalidDataException("it is one segment of a tensor; tensors are read whole");

        int[] fields = [.. FieldsOf(tensor)];
        bool isExternal = tensor.DataLocation == TensorProto.Types.DataLocation.External;
        if (fields.Length != (isExternal || elements == 0 ? 0 : 1))
        {
            throw new InvalidDataException(
                $"its {elements} elements are in {(fields.Length == 0 ? "no field" : string.Join(" and ", fields.Select(NameOf)))}"
                + (isExternal ? " and in another file" : "") + (elements == 0 ? "; it has no elements" : "; one place is possible"));
        }
        if (isExternal)
            _external = external.Find(tensor.ExternalData, ByteCount);
        else if (elements > 0)
            CheckLength(_field = fields[0], elements);
    }

    /// <summary>The number of bytes that the tensor takes in memory.</summary>
    public long ByteCount { get; }

    private bool IsRaw => _field is TensorProto.RawDataFieldNumber or TensorProto.FloatDataFieldNumber or TensorProto.DoubleDataFieldNumber;

    /// <summary>The values in main memory, which the caller disposes.</summary>
    /// <exception cref="InvalidDataException">Elements are none of the type, or integers that stand for them are too many or too few.</exception>
    /// <exception cref="EndOfStreamException">A file was cut short meanwhile.</exception>
    public Tensor Read()
    {
        Tensor values = empty(_shape, _type, CPU);
        try
        {
            if (ByteCount > 0)
                Fill(values);
            if (ByteCount > 0 && _type == ScalarType.Bool && values.bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) >= 0)
                throw new InvalidDataException("it is of type BOOL, and an element is neither 0 nor 1");
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private void CheckLength(int field, long elements)
    {
        if (field != TensorProto.RawDataFieldNumber && field != OnnxTypes.FieldOf(_type))
        {
            throw new InvalidDataException(
                $"its data are in {NameOf(field)}; those of type {OnnxTypes.NameOf(_tensor.DataType)} belong in raw_data or " +
                NameOf(OnnxTypes.FieldOf(_type)));
        }
        if (!IsRaw && ByteCount > Array.MaxLength)
            throw new InvalidDataException($"it takes {ByteCount} bytes, and {NameOf(field)} is read up to {Array.MaxLength}");

        (long fewest, long most, string unit, long given) = (IsRaw, _tensor.Stored) switch
        {
            (true, _) => (ByteCount, ByteCount, "bytes", _tensor.Stored?.Length ?? RawBytes().Length),
            (false, null) => (elements, elements, "integers", Integers().LongCount()),
            (false, { } stored) => (elements, elements * LongestInteger, "bytes", stored.Length),
        };
        if (given < fewest || given > most)
        {
            throw new InvalidDataException(
                $"its {NameOf(field)} has {given} {unit}; type {OnnxTypes.NameOf(_tensor.DataType)} and shape {ShapeText.Of(_shape)} ask for {fewest}"
                + (most > fewest ? $" to {most}" : ""));
        }
    }

    private void Fill(Tensor values)
    {
        if (_external is { } place)
        {
            using FileStream other = RegularFile.Open(place.Path);
            other.Position = place.Offset;
            TensorBytes.Fill(values, other);
        }
        else if (!IsRaw)
        {
            Fill(values.bytes);
        }
        else if (_tensor.Stored is { } stored)
        {
            _file.Position = stored.Start;
            TensorBytes.Fill(values, _file);
        }
        else
        {
            RawBytes().CopyTo(values.bytes);
        }
    }

    private void Fill(Span<byte> bytes)
    {
        (long low, long high) = OnnxTypes.RangeOf(_type);
        int size = TensorBytes.ElementSize(_type);
        Span<byte> element = stackalloc byte[sizeof(long)];
        Span<byte> left = bytes;
        foreach (long value in Integers())
        {
            if (value < low || value > high)
                throw new InvalidDataException($"its element {(bytes.Length - left.Length) / size} is {value}; those of its type are {low} to {high}");
            if (left.IsEmpty)
                throw new InvalidDataException($"it has more integers than the {bytes.Length / size} that its shape {ShapeText.Of(_shape)} asks for");
            BinaryPrimitives.WriteInt64LittleEndian(element, value);
            element[..size].CopyTo(left);
            left = left[size..];
        }
        if (!left.IsEmpty)
            throw new InvalidDataException($"it has fewer integers than the {bytes.Length / size} that its shape {ShapeText.Of(_shape)} asks for");
    }

    private ReadOnlySpan<byte> RawBytes() => _field switch
    {
        TensorProto.FloatDataFieldNumber => MemoryMarshal.AsBytes<float>(_tensor.FloatData.ToArray()),
        TensorProto.DoubleDataFieldNumber => MemoryMarshal.AsBytes<double>(_tensor.DoubleData.ToArray()),
        _ => _tensor.RawData.Span,
    };

    private IEnumerable<long> Integers() => _tensor.Stored is { } stored
        ? StoredIntegers(stored)
        : _field == TensorProto.Int64DataFieldNumber ? _tensor.Int64Data : _tensor.Int32Data.Select(value => (long)value);

    private IEnumerable<long> StoredIntegers(TensorProto.Types.Stored stored)
    {
        _file.Position = stored.Start;
        var input = new ProtobufInput(_file);
        while (input.Position < stored.Start + stored.Length)
        {
            var value = (long)input.ReadVarint(stored.Start + stored.Length);
            yield return _field == TensorProto.Int64DataFieldNumber ? value : (int)value;
        }
    }

    private static IEnumerable<int> FieldsOf(TensorProto tensor)
    {
        if (tensor.Stored is { } stored)
            yield return stored.Field;
        if (tensor.RawData.Length > 0)
            yield return TensorProto.RawDataFieldNumber;
        if (tensor.FloatData.Count > 0)
            yield return TensorProto.FloatDataFieldNumber;
        if (tensor.DoubleData.Count > 0)
            yield return TensorProto.DoubleDataFieldNumber;
        if (tensor.Int32Data.Count > 0)
            yield return TensorProto.Int32DataFieldNumber;
        if (tensor.Int64Data.Count > 0)
            yield return TensorProto.Int64DataFieldNumber;
        if (tensor.Uint64Data.Count > 0)
            yield return TensorProto.Uint64DataFieldNumber;
        if (tensor.StringData.Count > 0)
            yield return TensorProto.StringDataFieldNumber;
    }

    private static string NameOf(int field) => TensorProto.Descriptor.FindFieldByNumber(field).Name;
}
