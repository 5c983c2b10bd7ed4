using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>A linear layer: computes in the number format of its input, whatever that of its weights.</summary>
internal class LinearLayer : nn.Module<Tensor, Tensor>, IFollowsInputFormat, IWeightedLayer
{
    private protected Parameter weight;     // private ones are not registered where a class derives from this one
    private protected Parameter? bias;
    private nn.Module<Tensor, Tensor>? parametrization;

    /// <param name="weight">float [outputs, inputs]; owned.</param>
    /// <param name="bias">float [outputs], or null for none; owned.</param>
    public LinearLayer(Parameter weight, Parameter? bias) : base(nameof(LinearLayer))
    {
        this.weight = weight;
        this.bias = bias;
        RegisterComponents();
    }

    public Parameter Weight
    {
        get => weight;
        set => ConditionallyRegisterParameter(nameof(weight), weight = IWeightedLayer.Exchange(weight, value));
    }

    public Parameter? Bias
    {
        get => bias;
        set => ConditionallyRegisterParameter(nameof(bias), bias = IWeightedLayer.Exchange(bias, value));
    }

    public nn.Module<Tensor, Tensor>? Parametrization
    {
        get => parametrization;
        set => IWeightedLayer.Register(this, parametrization = value);
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
