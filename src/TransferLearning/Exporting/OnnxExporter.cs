using TransferLearning.Exporting;
using TransferLearning.Exporting.Quantization;
using TransferLearning.Formats.Onnx;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Predictions;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Writes models as ONNX files, for ONNX Runtime and others to run.</summary>
public static partial class OnnxExporter
{
    /// <summary>Writes a model as an ONNX file, whole or not at all, with its preprocessing, its reading and its metadata.</summary>
    /// <remarks>The file is of opset 20. Every batch size fits; images of one batch have one size.</remarks>
    /// <param name="model">The model; it can predict meanwhile, in turn. While int8 is calibrated, predictions wait.</param>
    /// <param name="path">Where; an earlier file of that name is replaced.</param>
    /// <param name="options">What the file takes, gives and computes in, and how it is verified.</param>
    /// <returns>What was written, and how it compares with the model.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or int8 has no calibration images.</exception>
    /// <exception cref="NotSupportedException">
    /// A layer or the reading has no mapping, or the model is an ensemble or averages views; the message names it. Nothing was written.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The network computes something between its layers, or gives numbers on calibration images that are not finite, or the file differs from the model
    /// beyond the bounds; no file was left.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static OnnxExportResult ExportOnnx(this Predictor model, string path, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Export(model, path, options ?? new OnnxExportOptions(), isBound: true);
    }

    private static OnnxExportResult Export(Predictor model, string path, OnnxExportOptions options, bool isBound)
    {
        bool isVerified = options.Verifier is not null && options.VerificationImages is { Samples.Count: > 0 };
        Check(options, isVerified);
        CheckCalibration(options);
        (ModelMetadata metadata, OutputReading reading, ImageReader images) = model.Reads;
        Check(metadata);

        string target = Path.GetFullPath(path);
        if (Directory.Exists(target) || Path.EndsInDirectorySeparator(target) || Path.GetDirectoryName(target) is not { } folder)
            throw new IOException($"'{path}' names a folder; a file is to be written.");
        string beside = isVerified ? Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.partial") : folder;
        string written = Path.Combine(beside, Path.GetFileName(target));
        try
        {
            CalibrationImages? calibration = options.Precision == OnnxPrecision.Int8
                ? new CalibrationImages(options.CalibrationImages!, options.Quantization.ImageCount, metadata.Preprocessing, images)
                : null;
            OnnxExportResult result = model.Use(network => Write(network, metadata, reading, options, calibration, written));
            if (isVerified)
            {
                result = result with { Verification = new OnnxComparison(model, metadata, reading, images, options).Run(written, isBound) };
                MoveAll(beside, folder, last: written);
            }
            return result with { Path = target };
        }
        finally
        {
            if (isVerified)
                AtomicFile.IfPossible(() => Directory.Delete(beside, recursive: true));
        }
    }

    private static void Check(OnnxExportOptions options, bool isVerified)
    {
        if (options.RequireVerification && !isVerified)
        {
            string missing = options.Verifier is null ? $"a {nameof(OnnxExportOptions.Verifier)}" : $"{nameof(OnnxExportOptions.VerificationImages)}";
            throw new ArgumentException($"The options require verification, which needs {missing}.", nameof(options));
        }
        if (options.DynamicSize && options.Input == OnnxInput.Images)
        {
            throw new ArgumentException(
                "The preprocessing of images gives one size: dynamic height and width are for files that take tensors.", nameof(options));
        }
    }

    private static void CheckCalibration(OnnxExportOptions options)
    {
        if (options.Precision == OnnxPrecision.Int8 && options.CalibrationImages is not { Samples.Count: > 0 })
        {
            throw new ArgumentException(
                $"Int8 needs images that the scales of activations are measured on: {nameof(OnnxExportOptions.CalibrationImages)} "
                + $"{(options.CalibrationImages is null ? "is null" : "has no images")}; give some of the training images.", nameof(options));
        }
    }

    private static void Check(ModelMetadata metadata)
    {
        if (metadata.Ensemble is { } ensemble)
            throw new NotSupportedException($"An ensemble is not written as ONNX: export its {ensemble.Count} members one by one, before they are joined.");
        if (metadata.TestTimeAugmentation.Identifier != TestTimeAugmentation.None.Identifier)
        {
            throw new NotSupportedException(
                $"The test-time augmentation '{metadata.TestTimeAugmentation.Identifier ?? "of one's own"}' is not written as ONNX: set "
                + $"{nameof(Predictor.TestTimeAugmentation)} to {nameof(TestTimeAugmentation.None)} first.");
        }
    }

    private static OnnxExportResult Write(
        Backbone network, ModelMetadata metadata, OutputReading reading, OnnxExportOptions options, CalibrationImages? calibration, string path)
    {
        if (calibration is not null && !network.Info.TakesColor)
            throw new NotSupportedException($"{network.Info.Name} takes {network.Info.Channels} channels; int8 is calibrated on images of 3: export in float.");
        if (options.Input == OnnxInput.Images && !network.Info.TakesColor)
            throw new NotSupportedException($"{network.Info.Name} takes {network.Info.Channels} channels; only preprocessing of 3 is written: export tensors.");
        if (options.DynamicSize && network.Info.Sides.Largest is not null)
            throw new NotSupportedException($"{network.Info.Name} takes images of {network.Info.Sides} alone: export without dynamic height and width.");

        NetworkGraph graph = NetworkGraph.Trace(network, metadata.Preprocessing.CropTo);
        Device device = network.Network.parameters().FirstOrDefault()?.device ?? CPU;
        (ModelProto proto, IReadOnlyList<OnnxInitializer> weights, OnnxQuantizationReport? quantization) =
            OnnxModelWriter.Write(graph, metadata, reading, options, calibration, device);
        OnnxFile.Write(path, proto, weights);
        return new OnnxExportResult
        {
            Path = path,
            Precision = options.Precision,
            WeightBytes = weights.Sum(weight => weight.ByteCount),
            Quantization = quantization,
        };
    }

    private static void MoveAll(string from, string to, string last)
    {
        var added = new List<string>();
        try
        {
            foreach (string file in Directory.GetFiles(from).OrderBy(file => file == last))
            {
                string target = Path.Combine(to, Path.GetFileName(file));
                bool isNew = !File.Exists(target);
                AtomicFile.Patiently(() => File.Move(file, target, overwrite: true), Thread.Sleep);
                if (isNew)
                    added.Add(target);
            }
        }
        catch
        {
            added.ForEach(target => AtomicFile.IfPossible(() => File.Delete(target)));
            throw;
        }
        AtomicFile.TryFlush(to);
    }
}
