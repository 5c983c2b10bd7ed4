using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>Stochastic gradient descent with momentum, step for step as PyTorch's SGD without dampening.</summary>
/// <remarks>
/// g = gradient + decay w; v = momentum v + g; w = w - rate v, or with Nesterov's momentum w - rate (g + momentum v).
/// I. Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
/// </remarks>
public sealed class SgdOptimizer : Optimizer
{
    private const string Velocity = "momentum";
    private static readonly Scalar _one = 1;
    private readonly SgdOptions _options;

    /// <summary>Starts without parameters.</summary>
    /// <param name="options">The settings.</param>
    public SgdOptimizer(SgdOptions options)
        : base(options) => _options = options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> NewState(Tensor parameter)
    {
        var state = new Dictionary<string, Tensor>();
        if (_options.Momentum > 0)
            state[Velocity] = zeros_like(parameter); // from zeros the first step makes v = g, as PyTorch starts
        return state;
    }

    /// <inheritdoc/>
    protected override void Update(
        Tensor parameter, Tensor gradient, IReadOnlyDictionary<string, Tensor> state, double learningRate, double weightDecay)
    {
        // TorchSharp's implicit scalars may be finalised while native code reads them; these live to the end of the method.
        using Scalar descent = -learningRate;
        using Scalar decay = weightDecay;
        using Scalar momentum = _options.Momentum;

        Tensor direction = weightDecay == 0 ? gradient : gradient.add(parameter, decay);
        if (state.TryGetValue(Velocity, out Tensor? velocity))
        {
            velocity.mul_(momentum).add_(direction, _one);
            direction = _options.Nesterov ? direction.add(velocity, momentum) : velocity;
        }
        parameter.add_(direction, descent);
    }
}
