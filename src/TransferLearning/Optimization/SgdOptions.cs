using TorchSharp;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>Settings of stochastic gradient descent with momentum; see <see cref="Optimizers.Sgd"/>.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>The momentum.</summary>
    /// <value>At least 0 and below 1; 0.9 by default. A schedule that sets the momentum replaces it, except 0, with which there is no state.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Momentum { get; init => field = Require.BelowOne(value); } = 0.9;

    /// <summary>Whether to use Nesterov momentum.</summary>
    /// <value>False by default; no effect if <see cref="Momentum"/> is 0.</value>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override Optimizer Create() => new SgdOptimizer(this);
}

/// <summary>Stochastic gradient descent with momentum, identical to PyTorch's SGD without dampening.</summary>
/// <remarks>
/// g = gradient + decay w; v = momentum v + g; w = w - rate v, or with Nesterov's momentum w - rate (g + momentum v).
/// I. Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
/// </remarks>
internal sealed class SgdOptimizer : Optimizer
{
    private const string Velocity = "momentum";
    private static readonly Scalar _one = 1;
    private readonly SgdOptions _options;

    public SgdOptimizer(SgdOptions options)
        : base(options) => _options = options;

    protected override IReadOnlyDictionary<string, Tensor> CreateState(Tensor parameter)
    {
        var state = new Dictionary<string, Tensor>();
        if (_options.Momentum > 0)
            state[Velocity] = zeros_like(parameter); // starting from zeros, the first step gives v = g, as in PyTorch
        return state;
    }

    protected override void Update(
        Tensor parameter, Tensor gradient, IReadOnlyDictionary<string, Tensor> state, double learningRate, double weightDecay)
    {
        // TorchSharp's implicit scalars may be finalized while native code reads them; these live to the end of the method.
        using Scalar descent = -learningRate;
        using Scalar decay = weightDecay;
        using Scalar momentum = Momentum ?? _options.Momentum;

        Tensor direction = weightDecay == 0 ? gradient : gradient.add(parameter, decay);
        if (state.TryGetValue(Velocity, out Tensor? velocity))
        {
            velocity.mul_(momentum).add_(direction, _one);
            direction = _options.Nesterov ? direction.add(velocity, momentum) : velocity;
        }
        parameter.add_(direction, descent);
    }
}
