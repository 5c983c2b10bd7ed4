using TransferLearning.Internal;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Puts a rectangle of the image before it in the batch into each image, and mixes the targets by the areas. For classification.</summary>
/// <remarks>Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV 2019, as torchvision's
/// CutMix.</remarks>
public sealed class CutMix : IBatchTransform
{
    private const int ImageDimensions = 4;

    /// <summary>Creates the transform.</summary>
    /// <param name="alpha">Both parameters of the beta distribution of the share that is kept; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not a finite number above 0.</exception>
    public CutMix(double alpha = 1) => Alpha = Require.AboveZero(alpha);

    /// <summary>Both parameters of the beta distribution.</summary>
    /// <value>Above 0; 1 by default.</value>
    public double Alpha { get; }

    /// <summary>Whether each image has a rectangle of its own, rather than the batch one for all.</summary>
    /// <value>False by default.</value>
    public bool PerImage { get; init; }

    /// <summary>The last epoch in which it mixes, from 1; later ones learn from plain images.</summary>
    /// <value>At least 0; null by default, which is every epoch.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? LastEpoch { get; init => field = value is int epoch ? Require.AtLeast(0, epoch, nameof(LastEpoch)) : null; }

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems(LearningTask task) => MixedTargets.FindProblems(nameof(CutMix), task);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not of images, or its targets are neither class indices nor a number from 0 to 1 for each
    /// class.</exception>
    public Batch Apply(Batch batch, BatchTransformContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        if (context.Position.Epoch > LastEpoch || batch.Count < 2)
            return batch;
        if (batch.FirstStage > 0 || batch.Images.dim() != ImageDimensions)
            throw new ArgumentException($"{nameof(CutMix)} cuts images, [N, channels, H, W]; the batch has {ShapeText.Of(batch.Images.shape)}.", nameof(batch));

        (int height, int width) = ((int)batch.Images.shape[2], (int)batch.Images.shape[3]);
        Cut[] cuts = new Cut[batch.Count];
        float[] shares = MixedTargets.Draw(batch.Count, PerImage, index =>
        {
            cuts[index] = Cut.Draw(context.Random, Alpha, width, height);
            return 1 - (double)cuts[index].Area / ((long)width * height);
        });
        if (!PerImage)
            Array.Fill(cuts, cuts[0]);

        using var scope = NewDisposeScope();
        Tensor targets = MixedTargets.Of(batch.Targets, shares, context.OutputCount, nameof(CutMix));
        Tensor mixed = batch.Images.clone();
        for (int index = 0; index < cuts.Length; index++)
        {
            Cut cut = cuts[index];
            if (cut.Area > 0)
                cut.Of(mixed[index]).copy_(cut.Of(batch.Images[(index + cuts.Length - 1) % cuts.Length]));
        }
        return batch.With(mixed, targets);
    }

    /// <summary>A rectangle, cut off at the image's edges; it may be empty.</summary>
    private readonly record struct Cut(int Left, int Top, int Right, int Bottom)
    {
        public long Area => (long)(Right - Left) * (Bottom - Top);

        public static Cut Draw(RandomStream random, double alpha, int width, int height)
        {
            double half = 0.5 * Math.Sqrt(1 - random.Beta(alpha, alpha));
            (int x, int y) = (random.NextInt32(width), random.NextInt32(height));
            (int halfWidth, int halfHeight) = ((int)(half * width), (int)(half * height));
            return new Cut(Math.Max(x - halfWidth, 0), Math.Max(y - halfHeight, 0), Math.Min(x + halfWidth, width), Math.Min(y + halfHeight, height));
        }

        /// <summary>The part of an image, [channels, H, W], as a view.</summary>
        public Tensor Of(Tensor image) => image.narrow(1, Top, Bottom - Top).narrow(2, Left, Right - Left);
    }
}
