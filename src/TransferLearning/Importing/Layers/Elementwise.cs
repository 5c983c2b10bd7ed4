using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>A function of one tensor without weights. A module, so that hooks see it.</summary>
/// <param name="operation">What the graph calls it: ONNX's operator, with ONNX's attributes.</param>
/// <param name="function">Borrows its input and gives a tensor of its own; it keeps the scalars alive that it needs.</param>
/// <param name="attributes">The attributes.</param>
internal sealed class Elementwise(string operation, Func<Tensor, Tensor> function, params (string Name, object Value)[] attributes)
    : nn.Module<Tensor, Tensor>(operation), IGraphLayer
{
    private readonly string _operation = operation;

    /// <param name="input">Any shape; borrowed.</param>
    /// <returns>The caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor output = function(input);
        return (ReferenceEquals(output, input) ? input.alias() : output).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new(_operation, attributes);
}

/// <summary>A function of two tensors that stretch over one another. A module, so that hooks see it.</summary>
/// <param name="operation">ONNX's operator.</param>
/// <param name="function">Borrows its inputs and gives a tensor of its own.</param>
internal sealed class Arithmetic(string operation, Func<Tensor, Tensor, Tensor> function) : nn.Module<Tensor, Tensor, Tensor>(operation), IGraphLayer
{
    private readonly string _operation = operation;

    /// <param name="first">Any shape; borrowed.</param>
    /// <param name="second">A shape that stretches over the other's, or is stretched; borrowed.</param>
    /// <returns>In the shorter of two floating-point formats; the caller disposes it.</returns>
    public override Tensor forward(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        Tensor[] same = NumberFormats.Match(first, second);
        return function(same[0], same[1]).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new(_operation);
}

/// <summary>Chooses between two tensors value by value. A module, so that hooks see it.</summary>
internal sealed class ConditionalChoice() : nn.Module<Tensor, Tensor, Tensor, Tensor>(nameof(ConditionalChoice)), IGraphLayer
{
    /// <param name="condition">bool; borrowed.</param>
    /// <param name="first">Where the condition holds; borrowed.</param>
    /// <param name="second">Elsewhere; borrowed.</param>
    /// <returns>The caller disposes it.</returns>
    public override Tensor forward(Tensor condition, Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        Tensor[] same = NumberFormats.Match(first, second);
        return where(condition.to(ScalarType.Bool), same[0], same[1]).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new("Where");
}

/// <summary>Puts tensors behind one another. A module, so that hooks see it.</summary>
/// <param name="axis">From 0.</param>
internal sealed class Joining(long axis) : nn.Module<Tensor[], Tensor>(nameof(Joining)), IGraphLayer
{
    /// <param name="inputs">Of one shape but for the axis; one that is stored for one image is repeated for each. Borrowed.</param>
    /// <returns>The caller disposes it.</returns>
    public override Tensor forward(Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        Tensor[] same = NumberFormats.Match(inputs);
        long images = same.Max(input => input.dim() > 0 ? input.shape[0] : 1);
        return cat([.. same.Select(Repeated)], axis).MoveToOuterDisposeScope();

        Tensor Repeated(Tensor input)
        {
            if (axis == 0 || input.dim() < 2 || input.shape[0] == images || input.shape[0] != 1)
                return input;
            return input.expand([images, .. Enumerable.Repeat(-1L, (int)input.dim() - 1)]);
        }
    }

    public GraphOperation Describe() => new("Concatenate", ("axis", axis));
}

/// <summary>Number formats of what layers take together.</summary>
internal static class NumberFormats
{
    /// <summary>The tensors in the shortest of their floating-point formats: weights are float32, whatever activations are.</summary>
    public static Tensor[] Match(params Tensor[] inputs)
    {
        bool isShort = inputs.Any(input => input.dtype == ScalarType.BFloat16);
        return isShort ? [.. inputs.Select(input => input.dtype == ScalarType.Float32 ? input.to(ScalarType.BFloat16) : input)] : inputs;
    }
}
