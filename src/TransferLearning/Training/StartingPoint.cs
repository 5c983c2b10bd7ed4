using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>L2-SP: weight decay toward the weights that training starts from, instead of toward 0.</summary>
/// <remarks>X. Li, Y. Grandvalet and F. Davoine, "Explicit Inductive Bias for Transfer Learning with Convolutional Networks", ICML 2018. The loss gets the
/// term strength / 2 ||w - start||² over the trainable parameters of the backbone, and head strength / 2 ||w||² over those of a head that starts from random
/// weights. A solved head has a start, so its term is head strength / 2 ||w - start||².</remarks>
public sealed record StartingPointDecay
{
    /// <summary>The strength for the backbone.</summary>
    /// <value>At least 0; 0.01 by default. The paper searches from 1e-4 to 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Strength { get; init => field = Require.AtLeast(0, value); } = 0.01;

    /// <summary>The strength for the head: toward the solved head if there is one, and toward 0 if it starts from random weights.</summary>
    /// <value>At least 0; 0.01 by default, as in the paper.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double HeadStrength { get; init => field = Require.AtLeast(0, value); } = 0.01;
}

/// <summary>The start of each parameter that has been trained, and the penalty for leaving it. Owns the copies.</summary>
/// <param name="decay">The strengths.</param>
/// <param name="headIsSolved">Whether the head has a start worth keeping; else it decays toward 0.</param>
internal sealed class StartingPoint(StartingPointDecay decay, bool headIsSolved) : IDisposable
{
    private static readonly Scalar _one = 1;

    private readonly Scalar _half = decay.Strength / 2;
    private readonly Scalar _headHalf = decay.HeadStrength / 2;
    private readonly Dictionary<string, Tensor> _start = [];

    /// <summary>The penalty over the parameters that are trained now: float32 [], differentiable. Called before any of them is first updated.</summary>
    public Tensor Penalty(Backbone backbone)
    {
        ILookup<bool, Tensor> terms = backbone.Network.named_parameters().Where(entry => entry.parameter.requires_grad)
            .ToLookup(entry => backbone.Info.IsHead(entry.name), entry => SquaredDistance(entry.parameter, StartOf(entry.name, entry.parameter, backbone)));
        return Sum(terms[false], _half, backbone).add(Sum(terms[true], _headHalf, backbone), _one);
    }

    public void Dispose()
    {
        foreach (Tensor start in _start.Values)
            start.Dispose();
        _start.Clear();
    }

    private static Tensor SquaredDistance(Tensor parameter, Tensor start) => nn.functional.mse_loss(parameter, start, nn.Reduction.Sum);

    private static Tensor Sum(IEnumerable<Tensor> terms, Scalar factor, Backbone backbone)
    {
        Tensor[] all = [.. terms];
        return all.Length > 0 ? stack(all).sum().mul(factor) : zeros([], device: backbone.Network.parameters().First().device);
    }

    private Tensor StartOf(string name, Parameter parameter, Backbone backbone)
    {
        if (!_start.TryGetValue(name, out Tensor? start))
        {
            using IDisposable noGradient = no_grad();
            start = !headIsSolved && backbone.Info.IsHead(name) ? zeros_like(parameter) : parameter.detach().clone();
            _start.Add(name, start.DetachFromDisposeScope());
        }
        return start;
    }
}
