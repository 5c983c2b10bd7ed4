using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Batching;

/// <summary>Takes one sample of a source to normalized floats, or finds that it cannot be read; used by several threads at once.</summary>
internal sealed class SampleReader(IDatasetSource source, ImagePreparer preparer, BatchLoaderOptions options)
{
    public LoadedSample Read(ImageKey key)
    {
        string name = source.Samples[key.Index].Name;
        try
        {
            return new LoadedSample(key.Index, Prepare(name, key), Skipped: null);
        }
        catch (Exception error) when (options.Unreadable == UnreadablePolicy.SkipAndReport && error is IOException or UnauthorizedAccessException)
        {
            string reason = error is ImageFormatException format ? format.Reason : error.Message;
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
        if (preparer.TryRecall(name, key, out PreparedImage? recalled))
            return recalled;
        using EncodedBytes encoded = EncodedBytes.Of(source, key.Index);
        return preparer.Prepare(encoded.Span, name, key);
    }
}

/// <summary>A sample that was read, or the reason why it was not.</summary>
/// <param name="Index">Its position in the source.</param>
/// <param name="Image">Its floats, to be released; null where it was left out.</param>
/// <param name="Skipped">Why it was left out; null where it was not.</param>
internal sealed record LoadedSample(int Index, PreparedImage? Image, SkippedSample? Skipped);
