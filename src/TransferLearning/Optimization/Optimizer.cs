using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>Updates parameters in place from their gradients, and keeps its state (such as momentum) between steps. Not thread-safe.</summary>
public abstract class Optimizer : IDisposable
{
    private const double Safety = 1e-6; // as PyTorch adds to the divisor when it clips

    private readonly OptimizerOptions _options;
    private readonly OptimizerState _state = new();
    private IReadOnlyList<ParameterGroup> _groups = [];

    /// <summary>Creates an optimizer without parameters.</summary>
    /// <param name="options">The settings that all optimizers share.</param>
    protected Optimizer(OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Sets the parameter groups. State is kept for parameters that remain and dropped for parameters that are removed.</summary>
    /// <param name="groups">The parameter groups; the parameters are borrowed.</param>
    /// <exception cref="ArgumentException">A parameter's name occurs twice.</exception>
    public void SetGroups(IReadOnlyList<ParameterGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        (string Name, Parameter Parameter)[] parameters = [.. groups.SelectMany(group => group.Parameters)];
        if (parameters.GroupBy(entry => entry.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Parameter '{twice.Key}' is in the groups {twice.Count()} times; it must be there once.", nameof(groups));

        using var noGradient = no_grad();
        _state.Follow(parameters, CreateState);
        _groups = [.. groups];
    }

    /// <summary>Sets all gradients to none, like PyTorch's zero_grad(set_to_none=True).</summary>
    public void ZeroGradients()
    {
        foreach ((string _, Parameter parameter) in Parameters)
            parameter.grad = null;
    }

    /// <summary>Multiplies all gradients in place. For gradient accumulation over n batches, a factor of 1 / n turns the sum into the mean.</summary>
    /// <param name="factor">Finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="factor"/> is negative or not finite.</exception>
    public void ScaleGradients(double factor)
    {
        Require.AtLeast(0, factor);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using Scalar scale = factor;
        foreach (Tensor gradient in Gradients())
            gradient.mul_(scale);
    }

    /// <summary>The number of steps so far.</summary>
    internal long StepCount { get; private set; }

    /// <summary>The momentum of the current step as the schedule sets it; null if it sets none. To be read in <see cref="Update"/>.</summary>
    protected double? Momentum { get; private set; }

    /// <summary>Updates every parameter that has a gradient; parameters without one and their state are not changed.</summary>
    /// <param name="learningRate">The learning rate of this step, after the schedule; each group scales it. At least 0.</param>
    /// <param name="momentum">The momentum of this step as the schedule sets it, at least 0 and below 1; null keeps the optimizer's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public void Step(double learningRate, double? momentum = null)
    {
        Require.AtLeast(0, learningRate);
        Momentum = momentum is { } given ? Require.BelowOne(given, nameof(momentum)) : null;
        using var noGradient = no_grad();
        StepCount++;

        if (_options.MaxGradientValue is { } value)
            ClampGradients(value);
        if (_options.MaxGradientNorm is { } norm)
            ClipGradients(norm);

        foreach (ParameterGroup group in _groups)
        {
            double rate = learningRate * group.LearningRateScale;
            double decay = group.WeightDecay ?? _options.WeightDecay;
            foreach ((string name, Parameter parameter) in group.Parameters)
            {
                using var scope = NewDisposeScope();
                if (parameter.grad is { } gradient)
                    Update(parameter, gradient, _state[name], rate, decay);
            }
        }
    }

    /// <summary>The state: with it, the same options and the same parameters, another optimizer goes on like this one.</summary>
    /// <returns>Named tensors such as "momentum/fc.weight"; they belong to the optimizer and change with its next step.</returns>
    public IEnumerable<(string Name, Tensor Value)> GetState() => _state.All();

    /// <summary>Loads the state of an optimizer of the same type with the same parameters. Call <see cref="SetGroups"/> first.</summary>
    /// <param name="state">What <see cref="GetState"/> returned; copied. Checked before anything changes.</param>
    /// <exception cref="ArgumentException">A name is missing or unknown, or a shape or dtype differs.</exception>
    public void SetState(IEnumerable<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var noGradient = no_grad();
        _state.Load(state);
    }

    /// <summary>Frees the state; the parameters belong to the network.</summary>
    public void Dispose()
    {
        _state.Dispose();
        GC.SuppressFinalize(this);
    }

    private IEnumerable<(string Name, Parameter Parameter)> Parameters => _groups.SelectMany(group => group.Parameters);

    /// <summary>Creates the initial state of one parameter.</summary>
    /// <param name="parameter">The parameter; borrowed.</param>
    /// <returns>Named tensors, owned by the caller; empty for an optimizer without state.</returns>
    protected abstract IReadOnlyDictionary<string, Tensor> CreateState(Tensor parameter);

    /// <summary>Updates one parameter and its state in place. Runs without gradient tracking; tensors created here are disposed when it returns.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, which must not be changed; same shape.</param>
    /// <param name="state">The state that <see cref="CreateState"/> created for it.</param>
    /// <param name="learningRate">The learning rate of this step for this parameter.</param>
    /// <param name="weightDecay">The weight decay for this parameter.</param>
    protected abstract void Update(
        Tensor parameter, Tensor gradient, IReadOnlyDictionary<string, Tensor> state, double learningRate, double weightDecay);

    private Tensor[] Gradients() => [.. Parameters.Select(entry => entry.Parameter.grad).OfType<Tensor>()];

    private void ClampGradients(double maximum)
    {
        using var scope = NewDisposeScope();
        using Scalar low = -maximum;
        using Scalar high = maximum;
        foreach (Tensor gradient in Gradients())
            gradient.clamp_(low, high);
    }

    // R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
    private void ClipGradients(double maximum)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = Gradients();
        if (gradients.Length == 0)
            return;

        double norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        if (norm + Safety > maximum)
            ScaleGradients(maximum / (norm + Safety));
    }
}
