using TorchSharp;
using TransferLearning.Batching;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Mixes each image and its target with those of another, with a share uniform over 0 to 1.</summary>
/// <remarks>H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.</remarks>
public sealed class MixUp : IBatchTransform
{
    public Batch Apply(Batch batch, BatchTransformContext context)
    {
        using var scope = NewDisposeScope();
        double drawn = context.Random.NextDouble();
        using Scalar share = drawn;
        using Scalar rest = 1 - drawn;
        Tensor oneHot = nn.functional.one_hot(batch.Targets, context.OutputCount).to(ScalarType.Float32); // [N, classes]

        // The partner of each image is the one before it; the first one's is the last.
        Tensor images = batch.Images.mul(rest).add(batch.Images.roll(1, 0), share);
        Tensor targets = oneHot.mul(rest).add(oneHot.roll(1, 0), share);
        return batch.With(images, targets);
    }
}
