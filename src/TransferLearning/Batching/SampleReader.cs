using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Reads one sample of a source as normalized floats, or reports why it cannot: its file, its image or a transform failed. Thread-safe.</summary>
internal sealed class SampleReader(IDatasetSource source, ImagePreparer preparer, BatchLoaderOptions options)
{
    public LoadedSample Read(ImageKey key)
    {
        string name = source.Samples[key.Index].Name;
        try
        {
            return new LoadedSample(key.Index, Prepare(name, key), Skipped: null);
        }
        catch (Exception error) when (options.Unreadable == UnreadablePolicy.SkipAndReport && error is not (OperationCanceledException or OutOfMemoryException))
        {
            string reason = error switch
            {
                ImageFormatException format => format.Reason,
                SampleLoadException load => load.InnerException!.Message,
                _ => error.Message,
            };
            return new LoadedSample(key.Index, Image: null, new SkippedSample(name, reason));
        }
        catch (Exception error)
        {
            error.Data[BatchLoader.SampleNameKey] = name;
            throw;
        }
    }

    public void Release(LoadedSample sample)
    {
        if (sample.Image is { } image)
            preparer.Release(image);
    }

    private PreparedImage Prepare(string name, ImageKey key)
    {
        if (preparer.Recall(name, key) is { } recalled)
            return recalled;
        using EncodedBytes encoded = EncodedBytes.Of(source, key.Index);
        return preparer.Prepare(encoded.Span, name, key);
    }
}

/// <summary>A sample that was read, with its floats, to be released, or that was skipped, with the reason.</summary>
internal sealed record LoadedSample(int Index, PreparedImage? Image, SkippedSample? Skipped);
