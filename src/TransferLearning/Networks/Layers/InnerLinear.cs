using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>A linear layer below the head: computes in the number format of its input, whatever that of its weights.</summary>
internal class InnerLinear : nn.Module<Tensor, Tensor>, IFollowsInputFormat, IWeightedLayer, IGraphLayer
{
    private protected readonly Parameter weight;     // private ones are not registered where a class derives from this one
    private protected readonly Parameter? bias;
    private nn.Module<Tensor, Tensor>? parametrization;

    /// <param name="weight">float [outputs, inputs]; owned.</param>
    /// <param name="bias">float [outputs], or null for none; owned.</param>
    public InnerLinear(Parameter weight, Parameter? bias) : base(nameof(InnerLinear))
    {
        this.weight = weight;
        this.bias = bias;
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public nn.Module<Tensor, Tensor>? Parametrization
    {
        get => parametrization;
        set
        {
            register_module(nameof(parametrization), null!);     // a second one takes the place of the first
            register_module(nameof(parametrization), parametrization = value!);
        }
    }

    /// <param name="input">float [..., inputs]; borrowed.</param>
    /// <returns>[..., outputs] in the input's number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        // The conversion is differentiable, so gradients arrive in the weights' own format.
        using var scope = NewDisposeScope();
        Tensor effective = ((IWeightedLayer)this).EffectiveWeight;
        return nn.functional.linear(input, effective.to(input.dtype), EffectiveBias()?.to(input.dtype)).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new("Linear");

    public long MultiplyAdds(IReadOnlyList<long> output) => ((IWeightedLayer)this).MultiplyAddsFor(output);

    /// <summary>float [outputs]: what is added. What is made for it belongs to the caller's dispose scope.</summary>
    private protected virtual Tensor? EffectiveBias() => bias;

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
