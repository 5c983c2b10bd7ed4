using System.Globalization;
using System.Runtime.InteropServices;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Training;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Draws what is learned from: training images after all transforms, with their labels, as one PNG. Look at it before a long fit.</summary>
public static class ContactSheet
{
    private const int MostImages = 1024;
    private const double LeastShare = 0.005;
    private const string None = "none";

    /// <summary>Draws the first training images of an epoch, in the order and as the fit sees them, batch transforms included.</summary>
    /// <remarks>A head that learns from stored features sees images of the same kind, but not the same: there the transforms draw by view and content, and
    /// batch transforms change features. A head that is solved sees images as in evaluation, by default.</remarks>
    /// <param name="trainer">The trainer, which is not changed; no network is opened.</param>
    /// <param name="path">The path of the PNG; an existing file is replaced.</param>
    /// <param name="images">How many, 1 to 1024; fewer if the epoch has fewer.</param>
    /// <param name="columns">How many in a row; at least 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="cancellationToken">Cancels the loading of images.</param>
    /// <returns>What is written under each image, row by row; where the system has no font, only here.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ImageFormatException">An image is unreadable and is not skipped.</exception>
    /// <exception cref="TransformException">A transform failed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is written.</exception>
    public static IReadOnlyList<string> Save(
        Trainer trainer, string path, int images = 32, int columns = 8, int epoch = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        TrainerOptions options = trainer.Options;
        BatchLoader loader = FitImages.ForTraining(options, cacheBytes: 0);
        IBatchSource mixed = FitImages.Mixed(loader, options, options.Task.GetOutputCount(options.Data.Classes));
        return Save(mixed, loader, path, images, columns, epoch, cancellationToken);
    }

    /// <summary>Draws the first images of an epoch of a loader.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="path">The path of the PNG; an existing file is replaced.</param>
    /// <param name="images">How many, 1 to 1024; fewer if the epoch has fewer.</param>
    /// <param name="columns">How many in a row; at least 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="cancellationToken">Cancels the loading of images.</param>
    /// <inheritdoc cref="Save(Trainer, string, int, int, int, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Save(Trainer, string, int, int, int, CancellationToken)" path="/exception"/>
    public static IReadOnlyList<string> Save(
        BatchLoader loader, string path, int images = 32, int columns = 8, int epoch = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return Save(loader, loader, path, images, columns, epoch, cancellationToken);
    }

    private static List<string> Save(
        IBatchSource batches, BatchLoader loader, string path, int images, int columns, int epoch, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Require.Between(1, MostImages, images);
        Require.AtLeast(1, columns);
        Require.AtLeast(1, epoch);
        var drawn = new List<(PixelBuffer, string Text)>();
        foreach (Batch batch in batches.GetBatches(epoch, cancellationToken))
        {
            using (batch)
                drawn.AddRange(PixelsOf(batch, loader.Statistics).Zip(LabelsOf(batch, loader.Source)).Take(images - drawn.Count));
            if (drawn.Count == images)
                break;
        }
        byte[] sheet = ImageSheet.Encode(drawn, columns);
        AtomicFile.Write(path, stream => stream.Write(sheet));
        return [.. drawn.Select(entry => entry.Text)];
    }

    /// <summary>The normalization undone.</summary>
    private static IEnumerable<PixelBuffer> PixelsOf(Batch batch, ChannelStatistics statistics)
    {
        (Rgb mean, Rgb deviation) = statistics;
        (int height, int width) = ((int)batch.Images.shape[2], (int)batch.Images.shape[3]);
        for (int index = 0; index < batch.Count; index++)
        {
            using Tensor view = batch.Images[index], interleaved = view.permute(1, 2, 0), values = interleaved.contiguous();
            ReadOnlySpan<float> floats = MemoryMarshal.Cast<byte, float>(values.bytes);
            var image = new PixelBuffer(width, height);
            Span<byte> pixels = image.Pixels;
            for (int i = 0; i < pixels.Length; i += PixelBuffer.Channels)
            {
                pixels[i] = Value(floats[i], mean.Red, deviation.Red);
                pixels[i + 1] = Value(floats[i + 1], mean.Green, deviation.Green);
                pixels[i + 2] = Value(floats[i + 2], mean.Blue, deviation.Blue);
            }
            yield return image;
        }

        static byte Value(float normalized, float mean, float deviation) =>
            (byte)Math.Clamp(MathF.Round((normalized * deviation + mean) * byte.MaxValue), 0, byte.MaxValue);
    }

    private static string[] LabelsOf(Batch batch, IDatasetSource source)
    {
        bool isMixed = !ReferenceEquals(batch.Targets, batch.Labels) && batch.Targets.dtype == ScalarType.Float32
            && batch.Targets.dim() == 2 && batch.Targets.shape[1] == source.Classes.Count
            && batch.Indices.All(index => source.Samples[index].Target is ClassTarget or LabelsTarget);
        if (!isMixed)
            return [.. batch.Indices.Select(index => TextOf(source.Samples[index].Target, source.Classes))];
        using Tensor targets = batch.Targets.contiguous();
        return [.. targets.data<float>().ToArray().Chunk(source.Classes.Count).Select(shares => TextOf(shares, source.Classes))];
    }

    private static string TextOf(float[] shares, IReadOnlyList<string> classes)
    {
        string[] named = [.. shares.Index()
            .Where(entry => entry.Item >= LeastShare)
            .OrderByDescending(entry => entry.Item)
            .Select(entry => entry.Item > 1 - LeastShare ? classes[entry.Index] : FormattableString.Invariant($"{classes[entry.Index]} {entry.Item:0.00}"))];
        return named.Length == 0 ? None : string.Join(", ", named);
    }

    private static string TextOf(Target target, IReadOnlyList<string> classes) => target switch
    {
        ClassTarget single => classes[single.Index],
        LabelsTarget { Indices.Count: 0 } => None,
        LabelsTarget several => string.Join(", ", several.Indices.Select(index => classes[index])),
        ValuesTarget values => string.Join(", ", values.Numbers.Select(number => number.ToString("G4", CultureInfo.InvariantCulture))),
        _ => target.ToString(),
    };
}
