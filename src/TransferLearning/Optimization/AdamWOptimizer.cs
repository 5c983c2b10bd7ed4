using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>Adam with decoupled weight decay, as PyTorch's AdamW computes it.</summary>
/// <remarks>
/// w = w - rate decay w; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g²;
/// w = w - rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
/// I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
/// </remarks>
public sealed class AdamWOptimizer : Optimizer
{
    private const string Steps = "steps";
    private const string Mean = "mean";
    private const string Square = "square";
    private static readonly Scalar _one = 1;
    private readonly AdamWOptions _options;

    /// <summary>Starts without parameters.</summary>
    /// <param name="options">The settings.</param>
    public AdamWOptimizer(AdamWOptions options)
        : base(options) => _options = options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> NewState(Tensor parameter) => new Dictionary<string, Tensor>
    {
        [Steps] = tensor(0L), // a count of its own: a parameter may start to learn later than others
        [Mean] = zeros_like(parameter),
        [Square] = zeros_like(parameter),
    };

    /// <inheritdoc/>
    protected override void Update(
        Tensor parameter, Tensor gradient, IReadOnlyDictionary<string, Tensor> state, double learningRate, double weightDecay)
    {
        Tensor mean = state[Mean];
        Tensor square = state[Square];
        long steps = state[Steps].add_(_one, _one).item<long>();
        double meanCorrection = 1 - Math.Pow(_options.MeanDecay, steps);
        double squareCorrection = 1 - Math.Pow(_options.SquareDecay, steps);

        // TorchSharp's implicit scalars may be finalised while native code reads them; these live to the end of the method.
        using Scalar shrink = 1 - learningRate * weightDecay;
        using Scalar meanKept = _options.MeanDecay;
        using Scalar meanAdded = 1 - _options.MeanDecay;
        using Scalar squareKept = _options.SquareDecay;
        using Scalar squareAdded = 1 - _options.SquareDecay;
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
