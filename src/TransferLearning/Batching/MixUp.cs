using TorchSharp;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Mixes each image and its target with those of the one before it in the batch, by a share of the beta distribution. For classification.</summary>
/// <remarks>H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018, as torchvision's MixUp.</remarks>
public sealed class MixUp : IBatchTransform
{
    private static readonly Scalar _one = 1; // without it, TorchSharp creates one at each addition, which can be freed while native code reads it

    /// <summary>Creates the transform.</summary>
    /// <param name="alpha">Both parameters of the beta distribution; above 0. The smaller, the closer is a mixed image to one of the two.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not a finite number above 0.</exception>
    public MixUp(double alpha = 0.2) => Alpha = Require.AboveZero(alpha);

    /// <summary>Both parameters of the beta distribution.</summary>
    /// <value>Above 0; 0.2 by default.</value>
    public double Alpha { get; }

    /// <summary>Whether each image has a share of its own, rather than the batch one for all.</summary>
    /// <value>False by default.</value>
    public bool PerImage { get; init; }

    /// <summary>The last epoch in which it mixes, from 1; later ones learn from plain images.</summary>
    /// <value>At least 0; null by default, which is every epoch.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? LastEpoch { get; init => field = value is int epoch ? Require.AtLeast(0, epoch, nameof(LastEpoch)) : null; }

    /// <inheritdoc/>
    public bool WorksOnFeatures => true;

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems(LearningTask task) => MixedTargets.FindProblems(nameof(MixUp), task);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The targets are neither class indices nor a number from 0 to 1 for each class.</exception>
    public Batch Apply(Batch batch, BatchTransformContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        if (context.Position.Epoch > LastEpoch || batch.Count < 2)
            return batch;

        float[] shares = MixedTargets.Draw(batch.Count, PerImage, _ => context.Random.Beta(Alpha, Alpha));
        using var scope = NewDisposeScope();
        Tensor targets = MixedTargets.Of(batch.Targets, shares, context.OutputCount, nameof(MixUp));
        long[] perImage = [batch.Count, .. Enumerable.Repeat(1L, (int)batch.Images.dim() - 1)];
        Tensor own = tensor(shares, perImage, device: batch.Images.device);
        Tensor other = tensor(Array.ConvertAll(shares, share => 1 - share), perImage, device: batch.Images.device);
        return batch.With(batch.Images.mul(own).add_(batch.Images.roll(1, 0).mul_(other), _one), targets);
    }
}
