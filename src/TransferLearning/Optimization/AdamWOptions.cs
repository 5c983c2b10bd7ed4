using TorchSharp;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>Settings of Adam with decoupled weight decay; see <see cref="Optimizers.AdamW"/>.</summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>Creates settings with the defaults of AdamW: learning rate 1e-4, weight decay 0.01.</summary>
    public AdamWOptions()
    {
        LearningRate = 1e-4;
        WeightDecay = 0.01;
    }

    /// <summary>The exponential decay rate of the mean of the gradients.</summary>
    /// <value>At least 0 and below 1; 0.9 by default. A schedule that sets the momentum replaces it.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Beta1 { get; init => field = Require.BelowOne(value); } = 0.9;

    /// <summary>The exponential decay rate of the mean of the squared gradients.</summary>
    /// <value>At least 0 and below 1; 0.999 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Beta2 { get; init => field = Require.BelowOne(value); } = 0.999;

    /// <summary>The term added to the denominator for numerical stability.</summary>
    /// <value>Above 0; 1e-8 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double Epsilon { get; init => field = Require.AboveZero(value); } = 1e-8;

    /// <inheritdoc/>
    public override Optimizer Create() => new AdamWOptimizer(this);
}

/// <summary>Adam with decoupled weight decay, as PyTorch's AdamW computes it.</summary>
/// <remarks>
/// w = w - rate decay w; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g²;
/// w = w - rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
/// I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
/// </remarks>
internal sealed class AdamWOptimizer : Optimizer
{
    private const string Steps = "steps";
    private const string Mean = "mean";
    private const string Square = "square";
    private static readonly Scalar _one = 1;
    private readonly AdamWOptions _options;

    public AdamWOptimizer(AdamWOptions options)
        : base(options) => _options = options;

    protected override IReadOnlyDictionary<string, Tensor> CreateState(Tensor parameter) => new Dictionary<string, Tensor>
    {
        [Steps] = tensor(0L), // counted per parameter: one may be unfrozen later than others
        [Mean] = zeros_like(parameter),
        [Square] = zeros_like(parameter),
    };

    protected override void Update(
        Tensor parameter, Tensor gradient, IReadOnlyDictionary<string, Tensor> state, double learningRate, double weightDecay)
    {
        Tensor mean = state[Mean];
        Tensor square = state[Square];
        long steps = state[Steps].add_(_one, _one).item<long>();
        double beta1 = Momentum ?? _options.Beta1;
        double meanCorrection = 1 - Math.Pow(beta1, steps);
        double squareCorrection = 1 - Math.Pow(_options.Beta2, steps);

        // TorchSharp's implicit scalars may be finalized while native code reads them; these live to the end of the method.
        using Scalar shrink = 1 - learningRate * weightDecay;
        using Scalar meanKept = beta1;
        using Scalar meanAdded = 1 - beta1;
        using Scalar squareKept = _options.Beta2;
        using Scalar squareAdded = 1 - _options.Beta2;
        using Scalar squareUnbias = Math.Sqrt(squareCorrection);
        using Scalar epsilon = _options.Epsilon;
        using Scalar descent = -learningRate / meanCorrection;

        parameter.mul_(shrink);
        mean.mul_(meanKept).add_(gradient, meanAdded);
        square.mul_(squareKept).addcmul_(gradient, gradient, squareAdded);
        Tensor divisor = square.sqrt().div_(squareUnbias).add_(epsilon, _one);
        parameter.addcdiv_(mean, divisor, descent);
    }
}
