using System.Text.Json;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>Creates a predictor from a model file and the parts that it names.</summary>
internal static class PredictorLoader
{
    /// <exception cref="ModelFileException">The file is damaged, altered, or no model, or needs a network or a part that was not supplied.</exception>
    public static Predictor Load(Stream stream, string name, PredictorOptions options)
    {
        TorchRuntime.EnsureAvailable();
        (ModelMetadata metadata, StateDict weights) = ModelFile.Read(stream, name);
        using (weights)
        {
            ImageReader images = Usable(name, () => ImageReader.From(metadata.Images, [.. options.Decoders, new SkiaImageDecoder()], options.MaximumPixels));
            OutputReading reading = Usable(name, () => metadata.Reading
                .FindIn([.. options.Readings, .. OutputReading.BuiltIn], "reading", known => known.Identifier).WithSettings(metadata.Reading.Settings));
            LearningTask[] tasks = [.. options.Tasks, .. LearningTask.BuiltIn];
            if (tasks.Any(task => task.Identifier == metadata.Task.Identifier))
                Task();     // only evaluation needs it, but its settings are checked here

            Backbone backbone = Usable(name, () => BackboneLoader.Open(options.Backbone ?? Known(metadata, name), weights));
            try
            {
                int outputs = Usable(name, () => reading.GetOutputCount(metadata.Classes));
                if (backbone.OutputCount != outputs)
                    throw new ModelFileException(
                        name, $"has {outputs} outputs to read for {metadata.Classes.Count} names, but its network gives {backbone.OutputCount}.");
                CheckFinite(backbone.Network, name);
                metadata = metadata with { TestTimeAugmentation = options.TestTimeAugmentation ?? metadata.TestTimeAugmentation };
                return new Predictor(backbone, metadata, images, reading, Task, options.Device, options.Precision);
            }
            catch
            {
                backbone.Dispose();
                throw;
            }

            LearningTask Task() => Usable(name, () =>
            {
                LearningTask task = metadata.Task.FindIn(tasks, "task", known => known.Identifier).WithSettings(metadata.Task.Settings);
                task.Reading.GetOutputCount(metadata.Classes);
                return task;
            });
        }
    }

    // What the settings of a part or the shape of a network can throw where the file does not agree with them.
    private static T Usable<T>(string name, Func<T> part)
    {
        try
        {
            return part();
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException or ArgumentException or InvalidOperationException
            or KeyNotFoundException or FormatException or WeightsMismatchException)
        {
            throw new ModelFileException(name, $"cannot be used: {problem.Message}", problem);
        }
    }

    // A sum is not finite where a value is not, and takes one pass. Half-precision sums can overflow, so only an exact test refuses.
    private static void CheckFinite(nn.Module network, string name)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        HashSet<string> parameters = [.. network.named_parameters().Select(entry => entry.name)];
        foreach ((string key, Tensor tensor) in network.state_dict())
        {
            if (!is_floating_point(tensor.dtype) || float.IsFinite(tensor.sum().to(ScalarType.Float32).item<float>()))
                continue;
            Tensor wrong = parameters.Contains(key) ? tensor.isfinite().logical_not() : tensor.isnan();     // a buffer may be a mask with infinite values
            if (wrong.any().item<bool>())
                throw new ModelFileException(
                    name, $"has NaN or infinite values in the tensor '{key}', as after a diverged fit; train again with a lower learning rate.");
        }
    }

    private static PretrainedBackbone Known(ModelMetadata metadata, string name) => BuiltInNetworks.Find(metadata.Backbone)?.At(metadata.Preprocessing) ??
        throw new ModelFileException(
            name, $"holds the network '{metadata.Backbone}', which this library does not know: "
            + "pass the backbone to Predictor.Load, as PredictorOptions.Backbone.");
}
