using System.Text.Json;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Published;

namespace TransferLearning.Inference;

/// <summary>Creates a predictor from a model file and the parts that it names.</summary>
internal static class PredictorLoader
{
    /// <exception cref="ModelFileException">The file is damaged, altered, or no model, or needs a network or a part that is not at hand.</exception>
    public static Predictor Load(Stream stream, string name, PredictorOptions options)
    {
        TorchRuntime.EnsureAvailable();
        (ModelMetadata metadata, StateDict weights) = ModelFile.Read(stream, name);
        using (weights)
        {
            ImageReader images = Supplied(name, () => ImageReader.From(metadata.Images, [.. options.Decoders, new SkiaImageDecoder()], options.MaximumPixels));
            OutputReading reading = Supplied(name, () => metadata.Reading
                .FindIn([.. options.Readings, .. OutputReading.BuiltIn], "reading", known => known.Identifier).WithSettings(metadata.Reading.Settings));
            Backbone backbone = BackboneLoader.Open(options.Backbone ?? Known(metadata, name), weights);
            try
            {
                int outputs = Supplied(name, () => reading.GetOutputCount(metadata.Classes));
                if (backbone.OutputCount != outputs)
                    throw new ModelFileException(
                        name, $"has {outputs} outputs to read for {metadata.Classes.Count} names, but its network gives {backbone.OutputCount}.");
                return new Predictor(backbone, metadata, images, reading, Task, options.Device, options.Precision);
            }
            catch
            {
                backbone.Dispose();
                throw;
            }
        }

        LearningTask Task() => Supplied(name, () => metadata.Task
            .FindIn([.. options.Tasks, .. LearningTask.BuiltIn], "task", known => known.Identifier).WithSettings(metadata.Task.Settings));
    }

    private static T Supplied<T>(string name, Func<T> part)
    {
        try
        {
            return part();
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException or ArgumentException or InvalidOperationException)
        {
            throw new ModelFileException(name, $"cannot be used: {problem.Message}", problem);
        }
    }

    private static PretrainedBackbone Known(ModelMetadata metadata, string name) => BuiltInNetworks.Find(metadata.Backbone)?.At(metadata.Preprocessing) ??
        throw new ModelFileException(
            name, $"holds the network '{metadata.Backbone}', which this library does not know: "
            + "pass the backbone to Predictor.Load, as PredictorOptions.Backbone.");
}
