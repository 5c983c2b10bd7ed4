using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Inference;

/// <summary>Encoded pictures to the floats that a network takes, as its preprocessing says.</summary>
internal sealed class PicturePreparer(Preprocessing preprocessing, ImageReader reader)
{
    private readonly TransformPipeline _pipeline = TransformPipeline.ForEvaluation(preprocessing);
    private readonly Normalizer _normalizer = new(preprocessing.Statistics);

    /// <summary>Floats a picture: side x side x 3.</summary>
    public int Length => preprocessing.CropTo * preprocessing.CropTo * PixelBuffer.Channels;

    public float[] Prepare(ReadOnlySpan<byte> encoded, string name)
    {
        var floats = new float[Length];
        Prepare(encoded, name, floats);
        return floats;
    }

    /// <summary>Prepares several pictures side by side, on as many threads as there are cores.</summary>
    public float[] PrepareMany(int count, Func<int, (ReadOnlyMemory<byte> Encoded, string Name)> load)
    {
        var floats = new float[count * Length];
        var failures = new Exception?[count];
        Parallel.For(0, count, index =>
        {
            try
            {
                (ReadOnlyMemory<byte> encoded, string name) = load(index);
                Prepare(encoded.Span, name, floats.AsSpan(index * Length, Length));
            }
            catch (Exception failure)
            {
                failures[index] = failure;
            }
        });
        if (failures.FirstOrDefault(failure => failure is not null) is Exception first)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        return floats;
    }

    private void Prepare(ReadOnlySpan<byte> encoded, string name, Span<float> destination)
    {
        PixelBuffer picture = reader.Read(encoded, name);
        _normalizer.Write(_pipeline.Apply(picture, seed: 0, epoch: 0, sample: 0), destination);
    }
}
