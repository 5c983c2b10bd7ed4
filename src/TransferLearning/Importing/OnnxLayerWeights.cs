using TorchSharp.Modules;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>The stored inputs of a node while its layer is built.</summary>
public sealed class OnnxLayerWeights
{
    private readonly OnnxNode _node;
    private readonly IOnnxTensors _tensors;
    private readonly Func<int, nn.Module?> _before;

    internal OnnxLayerWeights(OnnxNode node, IOnnxTensors tensors, Func<int, nn.Module?> before, bool mayOverwrite)
    {
        _node = node;
        _tensors = tensors;
        _before = before;
        MayOverwrite = mayOverwrite;
    }

    /// <summary>Whether the layer may compute in place: no other takes its first input, and the layer before does not need it.</summary>
    internal bool MayOverwrite { get; }

    /// <summary>Reads a stored input.</summary>
    /// <param name="input">From 0.</param>
    /// <returns>Floating-point values in float32, others in their own type; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The input is not there, computed from the images, or cannot be read.</exception>
    public Tensor Read(int input)
    {
        OnnxValue value = _node.Value(input);
        if (value.Read is null)
            throw _node.Refused($"takes its input {input} from the images; it is supported as a constant alone");
        return value.Read(_tensors);
    }

    /// <summary>Reads a stored input as a parameter.</summary>
    /// <param name="input">From 0.</param>
    /// <param name="change">Brings the values into the layer's own order; null for none.</param>
    /// <returns>float32; the caller, usually a layer, owns it.</returns>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>, or a value is NaN or infinite.</exception>
    public Parameter Parameter(int input, Func<Tensor, Tensor>? change = null)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = Finite(input);
        Tensor changed = change is null ? values : change(values).contiguous();
        var parameter = new Parameter((ReferenceEquals(changed, values) ? changed : changed.clone()).DetachFromDisposeScope());
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>Copies a stored input into a layer's own parameter or buffer.</summary>
    /// <param name="input">From 0.</param>
    /// <param name="target">Overwritten.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>, or a value is NaN or infinite, or the shapes differ.</exception>
    public void CopyTo(int input, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = Finite(input);
        if (!values.shape.AsSpan().SequenceEqual(target.shape))
            throw _node.Refused($"has an input {input} of {ShapeText.Of(values.shape)}; it must be {ShapeText.Of(target.shape)}");
        target.copy_(values);
    }

    /// <summary>The layer in the same stage that gives an input to this one alone; null where there is none.</summary>
    internal nn.Module? LayerBefore(int input) => _before(input);

    private Tensor Finite(int input)
    {
        Tensor values = Read(input);
        if (!values.is_floating_point())
            throw _node.Refused($"has an input {input} of {values.dtype}; weights are floating-point");
        using Tensor finite = values.isfinite();
        using Tensor all = finite.all();
        return all.item<bool>() ? values : throw _node.Refused($"has NaN or infinite values in its weights '{_node.Value(input).Name}'");
    }
}
