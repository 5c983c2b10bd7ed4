using System.Runtime.InteropServices;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Copies prepared images once into the tensor of a batch, for training, evaluation and prediction.</summary>
internal static class BatchAssembler
{
    /// <summary>How many images of a size fit into the bytes that managed code can address in one tensor.</summary>
    public static int MostImages(int width, int height) => (int)(Array.MaxLength / ((long)width * height * 3 * sizeof(float)));

    /// <returns>float32 [N, 3, H, W] on the CPU, in channels-last memory; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">The images have different sizes, or too many bytes.</exception>
    public static Tensor Stack(IReadOnlyList<PreparedImage> images)
    {
        RequireOneSize(images);
        (int width, int height) = (images[0].Width, images[0].Height);
        if (images.Count > MostImages(width, height))
        {
            throw new InvalidOperationException(
                $"A batch of {images.Count} images of {width}x{height} is larger than 2 GiB; {MostImages(width, height)} fit. Use a smaller batch.");
        }
        using var scope = NewDisposeScope();

        // Decoded pixels are interleaved: permuted to [N, 3, H, W], that is channels-last memory.
        Tensor pixels = empty([images.Count, height, width, 3], dtype: ScalarType.Float32, device: CPU);
        Span<float> values = MemoryMarshal.Cast<byte, float>(pixels.bytes);
        foreach (PreparedImage image in images)
        {
            image.Values.CopyTo(values);
            values = values[image.Values.Length..];
        }
        return pixels.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static void RequireOneSize(IReadOnlyList<PreparedImage> images)
    {
        PreparedImage first = images[0];
        foreach (PreparedImage image in images)
        {
            if ((image.Width, image.Height) != (first.Width, first.Height))
            {
                throw new InvalidOperationException(PrintableText.Of(
                    $"'{image.Name}' is {image.Width}x{image.Height} after the transforms, but '{first.Name}' in the same batch is "
                    + $"{first.Width}x{first.Height}. The images of a batch must have the same size: "
                    + "end the pipeline with a crop, such as RandomResizedCrop(224) or CenterCrop(224)."));
            }
        }
    }
}
