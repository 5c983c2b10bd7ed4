using System.Diagnostics;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning.Exporting;

/// <summary>Compares what a file gives for images with what the model gives in float32, by the preprocessing and reading of the export.</summary>
internal sealed class OnnxComparison(Predictor model, ModelMetadata metadata, OutputReading reading, ImageReader images, OnnxExportOptions options)
{
    private readonly ImagePreparer _preparer = ImagePreparer.ForEvaluation(metadata.Preprocessing, images);
    private readonly Queue<(double[] Numbers, Target Target)> _expected = new();
    private readonly List<double> _milliseconds = [];
    private long _handed;

    /// <summary>Runs the file.</summary>
    /// <exception cref="InvalidOperationException">It gives other numbers than the model, beyond the bound, or none.</exception>
    /// <param name="path">The file.</param>
    /// <param name="isBound">Whether other numbers than the model's are an error beyond the bounds of the options.</param>
    public OnnxVerification Run(string path, bool isBound)
    {
        bool hasLabels = reading is ITemperatureReading;
        double largest = 0, bound = options.LargestDifference ?? options.Precision switch
        {
            OnnxPrecision.Float32 => 0.01,
            OnnxPrecision.Float16 => 0.05,
            _ => hasLabels ? 1 : 0.25,
        };
        double leastAgreement = options.LeastLabelAgreement ?? (options.Precision == OnnxPrecision.Int8 ? 0.95 : 0);
        int count = 0, agreeing = 0, right = 0;
        foreach (float[] given in options.Verifier!.Run(path, Prepared()))
        {
            _milliseconds.Add(Stopwatch.GetElapsedTime(_handed).TotalMilliseconds);
            if (!_expected.TryDequeue(out (double[] Numbers, Target Target) image))
                throw Failed($"the verifier gave outputs of more images than the {count} that it was given");
            double[] found = NumbersOf(given), expected = image.Numbers;
            if (found.Length != expected.Length)
                throw Failed($"it gives {found.Length} numbers for an image, the model {expected.Length}");
            double[] differences = [.. found.Zip(expected, (one, other) => Math.Abs(one - other) / Math.Max(1, Math.Abs(other)))];
            largest = Math.Max(largest, Array.Exists(differences, double.IsNaN) ? double.PositiveInfinity : differences.Max());
            agreeing += MostProbable(found) == MostProbable(expected) ? 1 : 0;
            right += image.Target is ClassTarget one && one.Index == MostProbable(found) ? 1 : 0;
            count++;
        }
        if (count < options.VerificationImages!.Samples.Count)
            throw Failed($"the verifier gave outputs of {count} images; there are {options.VerificationImages.Samples.Count}");
        if (isBound && (largest > bound || (hasLabels && agreeing < leastAgreement * count)))
        {
            throw Failed(FormattableString.Invariant(
                $"on {count} images it differs by up to {largest:G3}, where {bound} is allowed, and labels agree on {100.0 * agreeing / count:0.0} %, ")
                + FormattableString.Invariant($"where {100 * leastAgreement:0.##} % must"));
        }
        return new OnnxVerification(count, largest, hasLabels ? (double)agreeing / count : null)
        {
            Right = hasLabels && AreLabelsKnown ? right : null,
            Milliseconds = _milliseconds.Order().ElementAt(count / 2),
        };
    }

    private bool AreLabelsKnown => options.VerificationImages!.Classes.SequenceEqual(metadata.Classes)
        && options.VerificationImages.Samples.All(sample => sample.Target is ClassTarget);

    private IEnumerable<OnnxImage> Prepared()
    {
        foreach ((int index, EncodedImage image) in EncodedImage.Of(options.VerificationImages!).Index())
        {
            using EncodedBytes encoded = image.Load();
            PreparedImage prepared = _preparer.Prepare(encoded.Span, image.Name);
            float[] values;
            try
            {
                using var scope = NewDisposeScope();
                Tensor batch = BatchAssembler.Stack([prepared]);
                values = batch.contiguous().data<float>().ToArray();
                double[] expected = [.. reading.Read(model.Use(network => LogitsOf(network, batch)), metadata.Classes).Numbers];
                _expected.Enqueue((expected, options.VerificationImages!.Samples[index].Target));
            }
            finally
            {
                _preparer.Release(prepared);
            }
            OnnxImage input = options.Input == OnnxInput.Tensor
                ? new OnnxImage { Shape = [1, PixelBuffer.Channels, prepared.Height, prepared.Width], Values = values }
                : Pixels(encoded.Span, image.Name);
            _handed = Stopwatch.GetTimestamp();
            yield return input;
        }
    }

    private OnnxImage Pixels(ReadOnlySpan<byte> encoded, string name)
    {
        PixelBuffer pixels = images.Read(encoded, name);
        try
        {
            return new OnnxImage { Shape = [1, pixels.Height, pixels.Width, PixelBuffer.Channels], Pixels = pixels.Pixels.ToArray() };
        }
        finally
        {
            pixels.Release();
        }
    }

    private static float[] LogitsOf(Backbone network, Tensor batch)
    {
        ComputePrecision precision = network.Precision;
        try
        {
            network.ComputeIn(ComputePrecision.Float32);
            Tensor parameter = network.Network.parameters().First();
            return network.Forward(batch.to(parameter.device)).cpu().contiguous().data<float>().ToArray();
        }
        finally
        {
            network.ComputeIn(precision);
        }
    }

    private double[] NumbersOf(float[] given) => options.Output == OnnxOutput.Logits
        ? [.. reading.Read(given, metadata.Classes).Numbers]
        : Array.ConvertAll(given, number => (double)number);

    private static int MostProbable(double[] numbers) => Array.IndexOf(numbers, numbers.Max());

    private static InvalidOperationException Failed(string why) => new($"The exported file does not agree with the model, and was not kept: {why}.");
}
