using Google.Protobuf.Collections;
using TransferLearning.Formats.Onnx;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A node of an ONNX graph while its layer is planned: attributes, and what is known of its inputs.</summary>
public sealed class OnnxNode
{
    /// <summary>What stands for the number of images in shapes and in what is computed from shapes: a prime number that no layer has as a length.</summary>
    public const long ImageCount = 999_983;

    private readonly string _leaf;
    private readonly OnnxValue?[] _inputs;
    private readonly RepeatedField<AttributeProto> _attributes;
    private readonly Func<OnnxValue, Tensor> _read;

    internal OnnxNode(NodeProto proto, string name, long version, int output, OnnxValue?[] inputs, Func<OnnxValue, Tensor> read)
    {
        (Name, Operator, Domain, Version, Output) = (name, proto.OpType, proto.Domain == "ai.onnx" ? "" : proto.Domain, version, output);
        OutputCount = proto.Output.Count;
        _leaf = proto.Output.FirstOrDefault() ?? "";
        _attributes = proto.Attribute;
        _inputs = inputs;
        _read = read;
    }

    /// <summary>The node's name; that of its first output where it has none.</summary>
    public string Name { get; }

    /// <summary>The operator's name, such as "Conv".</summary>
    public string Operator { get; }

    /// <summary>The operator's domain; "" for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>The version of the domain's operators that the file is of.</summary>
    public long Version { get; }

    /// <summary>Which output is planned, from 0: each that is used has a layer of its own.</summary>
    public int Output { get; }

    /// <summary>The number of outputs.</summary>
    public int OutputCount { get; }

    /// <summary>The number of inputs, left-out ones in between counted.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>Whether an input is there: optional ones may not be.</summary>
    /// <param name="input">From 0.</param>
    /// <returns>True where it is.</returns>
    public bool Has(int input) => input < _inputs.Length && _inputs[input] is not null;

    /// <summary>Whether an input is stored in the file, or follows from what is, rather than computed from the images.</summary>
    /// <param name="input">From 0.</param>
    /// <returns>True where it is there and stored.</returns>
    public bool IsStored(int input) => Has(input) && _inputs[input]!.IsStored;

    /// <summary>An input's shape.</summary>
    /// <param name="input">From 0.</param>
    /// <returns>The lengths of its axes; <see cref="ImageCount"/> is that of the images.</returns>
    /// <exception cref="InvalidDataException">The input is not there.</exception>
    public IReadOnlyList<long> Shape(int input) => Value(input).Shape;

    /// <summary>The values of a stored input that are integers: axes, or a shape.</summary>
    /// <param name="input">From 0.</param>
    /// <returns>The values, in the order of the tensor's axes.</returns>
    /// <exception cref="InvalidDataException">The input is not there, is computed from the images, or holds no integers.</exception>
    public IReadOnlyList<long> Integers(int input)
    {
        using Tensor tensor = Stored(input);
        if (tensor.is_floating_point())
            throw Refused($"takes integers as input {input}; they are {tensor.dtype}");
        using Tensor wide = tensor.to(ScalarType.Int64);
        using Tensor contiguous = wide.contiguous();
        return contiguous.data<long>().ToArray();
    }

    /// <summary>The values of a stored input.</summary>
    /// <param name="input">From 0.</param>
    /// <returns>The values, in the order of the tensor's axes.</returns>
    /// <exception cref="InvalidDataException">The input is not there, or computed from the images.</exception>
    public IReadOnlyList<double> Numbers(int input)
    {
        using Tensor tensor = Stored(input);
        using Tensor wide = tensor.to(ScalarType.Float64);
        using Tensor contiguous = wide.contiguous();
        return contiguous.data<double>().ToArray();
    }

    /// <summary>An attribute that is an integer.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="otherwise">What it is where the node does not say.</param>
    /// <returns>The value.</returns>
    public long Integer(string attribute, long otherwise) => Find(attribute, AttributeProto.Types.AttributeType.Int)?.I ?? otherwise;

    /// <summary>An attribute that is a list of integers.</summary>
    /// <param name="attribute">Its name.</param>
    /// <returns>The values; null where the node does not say.</returns>
    public IReadOnlyList<long>? IntegerList(string attribute) => Find(attribute, AttributeProto.Types.AttributeType.Ints)?.Ints.ToArray();

    /// <summary>An attribute that is a number.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="otherwise">What it is where the node does not say.</param>
    /// <returns>The value.</returns>
    public double Number(string attribute, double otherwise) => Find(attribute, AttributeProto.Types.AttributeType.Float)?.F ?? otherwise;

    /// <summary>An attribute that is a list of numbers.</summary>
    /// <param name="attribute">Its name.</param>
    /// <returns>The values; null where the node does not say.</returns>
    public IReadOnlyList<double>? NumberList(string attribute) =>
        Find(attribute, AttributeProto.Types.AttributeType.Floats)?.Floats.Select(number => (double)number).ToArray();

    /// <summary>An attribute that is a text.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="otherwise">What it is where the node does not say.</param>
    /// <returns>The value.</returns>
    public string Text(string attribute, string otherwise) =>
        Find(attribute, AttributeProto.Types.AttributeType.String)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>Whether the node says an attribute.</summary>
    /// <param name="attribute">Its name.</param>
    /// <returns>True where it does.</returns>
    public bool Says(string attribute) => _attributes.Any(given => given.Name == attribute);

    /// <summary>The error of a node that is not valid or not supported, to be thrown.</summary>
    /// <param name="reason">What is wrong, to follow the node in a sentence: "has a kernel of three axes".</param>
    /// <returns>The error; its message names node and operator.</returns>
    public InvalidDataException Refused(string reason) =>
        new($"node '{Name}' ({(Domain.Length == 0 ? "" : Domain + ".")}{Operator}) {reason}.");

    internal OnnxValue Value(int input) => Has(input) ? _inputs[input]! : throw Refused($"lacks its input {input}");

    /// <summary>An attribute that is a small tensor; the caller disposes it. Null where the node does not say.</summary>
    internal Tensor? Values(string attribute) => TensorOf(attribute) is { } tensor ? _read(OnnxPlanner.Stored(_leaf, tensor)) : null;

    internal TensorProto? TensorOf(string attribute) => Find(attribute, AttributeProto.Types.AttributeType.Tensor)?.T;

    private Tensor Stored(int input)
    {
        OnnxValue value = Value(input);
        return value.IsStored ? _read(value) : throw Refused($"takes its input {input} from the images; it is supported as a constant alone");
    }

    private AttributeProto? Find(string name, AttributeProto.Types.AttributeType type)
    {
        AttributeProto? found = _attributes.FirstOrDefault(attribute => attribute.Name == name);
        if (found is null || found.Type == type || found.Type == AttributeProto.Types.AttributeType.Undefined)
            return found;
        throw Refused($"has an attribute '{name}' that is {found.Type}; it must be {type}");
    }
}
