using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Models;
using TransferLearning.Transforms;

namespace TransferLearning;

/// <summary>What a file's input takes: pixels of any size, or images that are resized, cropped and normalized. Thread-safe.</summary>
internal sealed class OnnxImageInput
{
    /// <summary>The most bytes that go through the network at once: of large photographs, fewer than a batch.</summary>
    public const int MostBytes = 256 << 20;

    // Of small images, a batch ahead is enough; of photographs, what the workers are at.
    private const int MostAhead = 128;

    private const int Any = -1, Channels = PixelBuffer.Channels;

    private readonly bool _takesPixels;
    private readonly bool _hasPlanes;
    private readonly bool _takesOneImage;
    private readonly Preprocessing _preprocessing;
    private readonly Normalizer _normalizer;

    /// <exception cref="ModelFileException">There is not one input, or it is not of images as the preprocessing gives them.</exception>
    public OnnxImageInput(IReadOnlyDictionary<string, NodeMetadata> inputs, Preprocessing preprocessing, string file)
    {
        Name = OnnxSession.InputOf([.. inputs.Keys], file);
        NodeMetadata node = inputs[Name];
        int[] shape = node.IsTensor ? node.Dimensions : [];
        _takesPixels = Is(TensorElementType.UInt8) && shape is [_, _, _, Channels];
        _hasPlanes = Is(TensorElementType.Float) && shape is [_, Channels, _, _] or [_, Any, _, not Channels];
        if (!_takesPixels && !_hasPlanes && !(Is(TensorElementType.Float) && shape is [_, _, _, Channels]))
        {
            throw Refused("it must be uint8 [N, H, W, 3] for pixels, or float32 [N, 3, H, W] or [N, H, W, 3] for normalized images");
        }
        if (shape[0] is not (Any or 1))
            throw Refused("the number of images must be open, or 1");
        int[] sides = _hasPlanes ? shape[2..] : shape[1..3];
        if (_takesPixels && sides is not [Any, Any])
            throw Refused("height and width of pixels must be open");
        if (Array.Exists(sides, side => side != Any && side != preprocessing.CropTo))
            throw Refused($"height and width must be the {preprocessing.CropTo} of the preprocessing, or open");
        _takesOneImage = shape[0] == 1;
        _preprocessing = preprocessing;
        _normalizer = new Normalizer(preprocessing.Statistics);

        bool Is(TensorElementType type) => node.IsTensor && node.ElementDataType == type;

        ModelFileException Refused(string expected) => new(file, $"has the input '{Name}', {OnnxSession.Describe(node)}; {expected}.");
    }

    public string Name { get; }

    /// <summary>Reads images as far as the file does not prepare them itself.</summary>
    public PipelineReader ReadBy(ImageReader images) =>
        new(images, _takesPixels ? TransformPipeline.Empty : TransformPipeline.ForEvaluation(_preprocessing));

    /// <summary>An image as they are read, for a trial.</summary>
    public PixelBuffer Draw()
    {
        int side = _takesPixels ? _preprocessing.ResizeTo : _preprocessing.CropTo;
        var image = new PixelBuffer(side, side);
        for (int index = 0; index < image.Pixels.Length; index++)
            image.Pixels[index] = (byte)(index % 251);
        return image;
    }

    /// <summary>The pixels of an image once the file has resized it: of a strip, many more than it has. 0 if the file does not resize.</summary>
    public long GetResizedPixels(PixelBuffer image)
    {
        (long shorter, long longer) = (Math.Min(image.Width, image.Height), Math.Max(image.Width, image.Height));
        return _takesPixels ? _preprocessing.ResizeTo * (_preprocessing.ResizeTo * longer / shorter) : 0;
    }

    /// <summary>How many images are read ahead of the network.</summary>
    public int GetAhead(int batchSize, int workers) => Math.Min(batchSize, _takesPixels ? workers + 1 : MostAhead);

    /// <summary>The bytes that an image takes as a part of a batch.</summary>
    public long BytesOf(PixelBuffer image) =>
        _takesPixels ? Math.Max(image.Pixels.Length, Channels * GetResizedPixels(image)) : (long)image.Pixels.Length * sizeof(float);

    /// <summary>How many images of the size of one go through the network at once.</summary>
    public int GetMost(PixelBuffer image) => _takesOneImage ? 1 : (int)Math.Max(1, MostBytes / BytesOf(image));

    /// <summary>Does something with images of one size as the value of the input, for a moment.</summary>
    public T Use<T>(IReadOnlyList<PixelBuffer> images, Func<OrtValue, T> action) => (_takesPixels, images) switch
    {
        (true, [var image]) => Use(images, image.PaddedBytes, action), // a photograph is not copied
        (true, _) => Use(images, LargeArrayPool<byte>.Shared, (image, bytes) => image.Pixels.CopyTo(bytes), action),
        (false, _) => Use(images, LargeArrayPool<float>.Shared, _hasPlanes ? _normalizer.WritePlanes : _normalizer.Write, action),
    };

    private T Use<TElement, T>(
        IReadOnlyList<PixelBuffer> images, ArrayPool<TElement> buffers, Action<PixelBuffer, Span<TElement>> write, Func<OrtValue, T> action)
        where TElement : unmanaged
    {
        int length = images[0].Pixels.Length;
        TElement[] buffer = buffers.Rent(images.Count * length);
        try
        {
            for (int index = 0; index < images.Count; index++)
                write(images[index], buffer.AsSpan(index * length, length));
            return Use(images, buffer, action);
        }
        finally
        {
            buffers.Return(buffer);
        }
    }

    private T Use<TElement, T>(IReadOnlyList<PixelBuffer> images, TElement[] buffer, Func<OrtValue, T> action)
        where TElement : unmanaged
    {
        (int width, int height) = (images[0].Width, images[0].Height);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, images.Count * images[0].Pixels.Length),
            _hasPlanes ? [images.Count, Channels, height, width] : [images.Count, height, width, Channels]);
        return action(value);
    }
}
