using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Takes a picture from its encoded bytes through a pipeline; decodes no more of it than the pipeline looks at.</summary>
internal sealed class PictureReader(ImageReader reader, TransformPipeline pipeline)
{
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="key">Names the random streams.</param>
    /// <returns>The picture, for the caller to release.</returns>
    /// <exception cref="ImageFormatException">The picture is damaged, of an unknown format, or larger than allowed.</exception>
    /// <exception cref="TransformException">An operation failed.</exception>
    public PixelBuffer Read(ReadOnlySpan<byte> encoded, string name, PictureKey key)
    {
        ImageHeader header = reader.ReadHeader(encoded, name);
        PixelRectangle? part = reader.Turns(header) ? null : pipeline.PartNeeded(header.Width, header.Height, key);
        PixelBuffer decoded = reader.Read(encoded, name, header, part);
        PixelBuffer result = pipeline.Apply(decoded, key, isPart: part is not null);
        if (result != decoded)
            decoded.Release();
        return result;
    }
}
