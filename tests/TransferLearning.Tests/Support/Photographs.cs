using TransferLearning.Imaging;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Support;

/// <summary>Photographs as a network takes them.</summary>
internal static class Photographs
{
    /// <summary>Decodes and prepares files, float32 [N, 3, side, side]; the caller disposes it.</summary>
    public static Tensor Load(Preprocessing preprocessing, IReadOnlyList<string> paths, IImageDecoder? decoder = null)
    {
        TransformPipeline pipeline = TransformPipeline.ForEvaluation(preprocessing);
        var normalizer = new Normalizer(preprocessing.Statistics);
        var reader = new ImageReader(decoder ?? new SkiaImageDecoder());

        int side = preprocessing.CropTo, length = side * side * PixelBuffer.Channels;
        var floats = new float[paths.Count * length];
        for (int i = 0; i < paths.Count; i++)
        {
            PixelBuffer pixels = reader.Read(File.ReadAllBytes(paths[i]), paths[i]);
            normalizer.Write(pipeline.Apply(pixels, seed: 0, epoch: 0, sample: i), floats.AsSpan(i * length, length));
        }
        using Tensor rows = tensor(floats, [paths.Count, side, side, PixelBuffer.Channels]);
        return rows.permute(0, 3, 1, 2);
    }
}
