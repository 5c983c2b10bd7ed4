using System.Runtime.InteropServices;
using TransferLearning.Data;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>Copies loaded samples, once, into the tensors of a batch; called on the consuming thread alone.</summary>
internal static class BatchAssembler
{
    /// <exception cref="InvalidOperationException">The images are not of one size.</exception>
    public static Batch Assemble(IReadOnlyList<LoadedSample> samples, IDatasetSource source, LearningTask task)
    {
        RequireOneSize(samples, source);
        (int width, int height) = (samples[0].Width, samples[0].Height);
        using var scope = NewDisposeScope();

        // The pixels lie as a decoder gives them; seen as [N, 3, H, W], that is channels-last memory.
        Tensor pixels = empty([samples.Count, height, width, 3], dtype: ScalarType.Float32, device: CPU);
        for (int i = 0; i < samples.Count; i++)
            samples[i].Values.CopyTo(MemoryMarshal.Cast<byte, float>(pixels[i].bytes));

        int[] indices = [.. samples.Select(sample => sample.Index)];
        Tensor targets = task.Encode([.. indices.Select(index => source.Samples[index])], source.Classes);
        return new Batch(pixels.permute(0, 3, 1, 2), targets, indices);
    }

    private static void RequireOneSize(IReadOnlyList<LoadedSample> samples, IDatasetSource source)
    {
        LoadedSample first = samples[0];
        foreach (LoadedSample sample in samples)
        {
            if ((sample.Width, sample.Height) != (first.Width, first.Height))
            {
                throw new InvalidOperationException(
                    $"'{source.Samples[sample.Index].Name}' is {sample.Width}x{sample.Height} after the transforms, but '{source.Samples[first.Index].Name}' in the same batch is {first.Width}x{first.Height}. "
                    + "The images of a batch must have one size: end the pipeline with a crop, such as RandomResizedCrop(224) or CenterCrop(224).");
            }
        }
    }
}
