using System.Buffers;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Takes one sample from its encoded bytes to normalised floats, in managed memory only; used by several threads at once.</summary>
internal sealed class SampleReader(
    IDatasetSource source,
    PipelineReader images,
    Normalizer normalizer,
    BatchLoaderOptions options,
    ArrayPool<float> buffers)
{
    public LoadedSample Read(int index, int epoch)
    {
        string name = source.Samples[index].Name;
        try
        {
            PixelBuffer image = Image(name, new ImageKey(options.Seed, epoch, index) { RandomIndex = options.RandomIndex?.Invoke(index) ?? index });
            int length = image.Pixels.Length;
            float[] buffer = buffers.Rent(length);
            normalizer.Write(image, buffer.AsSpan(0, length));
            image.Release();
            return new LoadedSample(index, image.Width, image.Height, buffer, Skipped: null);
        }
        catch (Exception error) when (options.Unreadable == UnreadablePolicy.SkipAndReport && error is IOException or UnauthorizedAccessException)
        {
            string reason = error is ImageFormatException format ? format.Reason : error.Message;
            return LoadedSample.Without(index, new SkippedSample(name, reason));
        }
        catch (Exception error)
        {
            error.Data[BatchLoader.SampleNameKey] = name;
            throw;
        }
    }

    /// <summary>Hands a sample's buffer back; its values are gone then.</summary>
    public void Release(LoadedSample sample)
    {
        if (sample.Skipped is null)
            buffers.Return(sample.Buffer);
    }

    private PixelBuffer Image(string name, ImageKey key)
    {
        if (images.TryRecall(key, out PixelBuffer? recalled))
            return recalled;
        using EncodedBytes encoded = EncodedBytes.Of(source, key.Index);
        return images.Read(encoded.Span, name, key);
    }
}
