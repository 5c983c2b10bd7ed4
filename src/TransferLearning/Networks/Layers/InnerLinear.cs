using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>A linear layer below the head: computes in the number format of its input, whatever that of its weights.</summary>
internal sealed class InnerLinear : nn.Module<Tensor, Tensor>, IFollowsInputFormat
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <param name="weight">float [outputs, inputs]; owned.</param>
    /// <param name="bias">float [outputs], or null for none; owned.</param>
    public InnerLinear(Parameter weight, Parameter? bias) : base(nameof(InnerLinear))
    {
        this.weight = weight;
        this.bias = bias;
        RegisterComponents();
    }

    /// <param name="input">float [..., inputs]; borrowed.</param>
    /// <returns>[..., outputs] in the input's number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        // The conversion is differentiable, so gradients arrive in the weights' own format.
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, weight.to(input.dtype), bias?.to(input.dtype)).MoveToOuterDisposeScope();
    }

    // A module of one's own leaves its parameters to the garbage collector.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            weight.Dispose();
            bias?.Dispose();
        }
        base.Dispose(disposing);
    }
}
