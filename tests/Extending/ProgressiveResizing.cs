using TransferLearning.Batching;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Learns from small images first, which is faster, and from whole ones in the last epoch.</summary>
public sealed class ProgressiveResizing(double smallest) : IBatchTransform
{
    public Batch Apply(Batch batch, BatchTransformContext context)
    {
        double done = context.Position.Epoch / (double)context.Position.Epochs;
        double scale = smallest + (1 - smallest) * done;
        long[] size = [.. batch.Images.shape[2..].Select(side => Math.Max(1, (long)(side * scale)))]; // of [N, channels, H, W]
        Tensor images = nn.functional.interpolate(batch.Images, size, mode: InterpolationMode.Bilinear, align_corners: false);
        return batch.With(images, batch.Targets.alias());
    }
}
