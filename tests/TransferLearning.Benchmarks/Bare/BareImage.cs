using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>An image file to a network's input as one would write it on TorchSharp: Skia decodes, and tensor operations do what torchvision's transforms do.</summary>
internal sealed class BareImage : IDisposable
{
    private const int Side = 224;

    // Written in place, as one would, the scalar is freed too early now and then while several threads decode.
    private static readonly TorchSharp.Scalar _largest = 255f;

    private readonly Tensor _mean = tensor(new[] { 0.485f, 0.456f, 0.406f }, [3, 1, 1]).DetachFromDisposeScope();
    private readonly Tensor _deviation = tensor(new[] { 0.229f, 0.224f, 0.225f }, [3, 1, 1]).DetachFromDisposeScope();

    /// <summary>A random crop and flip: float32 [3, 224, 224].</summary>
    public Tensor ForTraining(string path)
    {
        using var scope = NewDisposeScope();
        return Normalize(RandomResizedCropAndFlip(Decode(path))).MoveToOuterDisposeScope();
    }

    /// <summary>The centre: float32 [3, 224, 224].</summary>
    public Tensor ForEvaluation(string path)
    {
        using var scope = NewDisposeScope();
        return Normalize(ResizeAndCenterCrop(Decode(path))).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _mean.Dispose();
        _deviation.Dispose();
    }

    private Tensor Normalize(Tensor image) => image.sub(_mean).div(_deviation);

    /// <summary>float32 [3, H, W], 0 to 1.</summary>
    private static Tensor Decode(string path)
    {
        using var codec = SKCodec.Create(path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        codec.GetPixels(info, bitmap.GetPixels());
        var pixels = new byte[info.BytesSize];
        Marshal.Copy(bitmap.GetPixels(), pixels, 0, pixels.Length);
        return tensor(pixels, [info.Height, info.Width, 4])[.., .., ..3].permute(2, 0, 1).to(float32).div(_largest);
    }

    private static Tensor ResizeAndCenterCrop(Tensor image)
    {
        (long height, long width) = (image.shape[1], image.shape[2]);
        const long shorter = 256;
        (long newHeight, long newWidth) = height < width ? (shorter, shorter * width / height) : (shorter * height / width, shorter);
        Tensor resized = Resize(image, newHeight, newWidth);
        (long top, long left) = ((newHeight - Side) / 2, (newWidth - Side) / 2);
        return resized.slice(1, top, top + Side, 1).slice(2, left, left + Side, 1);
    }

    private static Tensor RandomResizedCropAndFlip(Tensor image)
    {
        (long height, long width) = (image.shape[1], image.shape[2]);
        (long top, long left, long cropHeight, long cropWidth) = RandomCrop(height, width);
        Tensor crop = Resize(image.slice(1, top, top + cropHeight, 1).slice(2, left, left + cropWidth, 1), Side, Side);
        return Random.Shared.NextDouble() < 0.5 ? crop.flip(2) : crop;
    }

    // torchvision's RandomResizedCrop.get_params.
    private static (long Top, long Left, long Height, long Width) RandomCrop(long height, long width)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double area = height * width * (0.08 + 0.92 * Random.Shared.NextDouble());
            double ratio = Math.Exp(Math.Log(3.0 / 4) + (Math.Log(4.0 / 3) - Math.Log(3.0 / 4)) * Random.Shared.NextDouble());
            long cropWidth = (long)Math.Round(Math.Sqrt(area * ratio)), cropHeight = (long)Math.Round(Math.Sqrt(area / ratio));
            if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height)
                return (Random.Shared.NextInt64(height - cropHeight + 1), Random.Shared.NextInt64(width - cropWidth + 1), cropHeight, cropWidth);
        }
        long side = Math.Min(height, width);
        return ((height - side) / 2, (width - side) / 2, side, side);
    }

    private static Tensor Resize(Tensor image, long height, long width) =>
        nn.functional.interpolate(image.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true).squeeze(0);
}
