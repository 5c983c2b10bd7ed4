using TransferLearning.Formats;
using TransferLearning.Heads;
using TransferLearning.Imaging;
using TransferLearning.Metrics;
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
            HeadStatistics? statistics = ReadStatistics(weights, metadata, name);
            ImageReader images = metadata.FindImages(name, options.Decoders, options.MaximumPixels);
            OutputReading reading = metadata.FindReading(name, options.Readings);
            LearningTask[] tasks = [.. options.Tasks, .. LearningTask.BuiltIn];
            bool isTaskKnown = tasks.Any(task => task.Identifier == metadata.Task.Identifier);
            if (isTaskKnown)
                Task();     // only evaluation needs it, but its settings are checked here

            int outputs = Usable(name, () => reading.GetOutputCount(metadata.Classes));
            List<Backbone> networks = Open(weights, metadata, outputs, name, options.Backbone ?? Known(metadata, weights, options.Networks, name));
            try
            {
                if (statistics is not null && (statistics.FeatureSums.Length != networks[0].Info.FeatureSize || statistics.TargetSums.Length != outputs))
                    throw new ModelFileException(name, "has statistics of a head of another size.");
                metadata = metadata with { TestTimeAugmentation = options.TestTimeAugmentation ?? metadata.TestTimeAugmentation };
                return new Predictor(networks, metadata, images, reading, Task, options.Device, options.Precision, statistics, isTaskKnown);
            }
            catch
            {
                networks.ForEach(network => network.Dispose());
                throw;
            }

            LearningTask Task() => Usable(name, () =>
            {
                LearningTask task = metadata.Task.FindIn(tasks, "task", known => known.Identifier).WithSettings(metadata.Task.Settings);
                task.Reading.GetOutputCount(metadata.Classes);
                return task.WithReading(reading); // which may have changed where the task was not known
            });
        }
    }

    // Each network is checked before the next is built, so memory is bounded by what the file holds and one network.
    private static List<Backbone> Open(StateDict weights, ModelMetadata metadata, int outputs, string name, PretrainedBackbone pretrained)
    {
        IReadOnlyList<int> heads = metadata.Ensemble?.HeadsPerNetwork ?? [1];
        StateDict[] parts = EnsembleTensors.Split(weights, heads.Count);
        List<Backbone> networks = [];
        try
        {
            foreach ((int index, int count) in heads.Index())
            {
                networks.Add(Usable(name, () => BackboneLoader.Open(pretrained, parts[index])));
                if (networks[index].OutputCount != (long)outputs * count)
                    throw new ModelFileException(name, FormattableString.Invariant(
                        $"has {outputs} outputs to read for {metadata.Classes.Count} names, but {parts[index].Origin} gives {networks[index].OutputCount}")
                        + (metadata.Ensemble is null ? "." : FormattableString.Invariant($" for {count} of the ensemble's members.")));
                CheckFinite(networks[index].Network, name);
            }
            return networks;
        }
        catch
        {
            networks.ForEach(network => network.Dispose());
            throw;
        }
        finally
        {
            foreach (StateDict part in parts)
                part.Dispose();
        }
    }

    /// <summary>The metadata of a model file, and the statistics of its head's images.</summary>
    /// <exception cref="ModelFileException">The file is damaged, altered, no model, or has no statistics.</exception>
    public static (ModelMetadata Metadata, HeadStatistics Statistics) ReadStatistics(Stream stream, string name)
    {
        TorchRuntime.EnsureAvailable();
        (ModelMetadata metadata, StateDict weights) = ModelFile.Read(stream, name);
        using (weights)
        {
            return (metadata, ReadStatistics(weights, metadata, name) ?? throw new ModelFileException(
                name, "has no statistics of its head's images, so none can be added: solve it with .KeepStatistics()."));
        }
    }

    // Taken out of the weights, which are a network's.
    private static HeadStatistics? ReadStatistics(StateDict weights, ModelMetadata metadata, string name)
    {
        if (!weights.Keys.Any(WeightsFile.IsBesideWeights))
            return null;
        HeadStatistics statistics = Usable(name, () =>
        {
            ModelPart head = metadata.Head ?? throw new InvalidDataException("it has statistics of a head that it does not describe.");
            (_, LabelKind labels, HeadKey? key) = HeadSettings.Read(head);
            return StatisticsTensors.Read(weights, labels) with { Key = key ?? throw new InvalidDataException("it does not say what its statistics are of.") };
        });
        weights.Rename(key => WeightsFile.IsBesideWeights(key) ? null : key);
        return statistics;
    }

    // What the settings of a part or the shape of a network can throw where the file does not agree with them.
    public static T Usable<T>(string name, Func<T> part)
    {
        try
        {
            return KnownParts.Usable(name, part);
        }
        catch (WeightsMismatchException problem)
        {
            throw KnownParts.Unusable(name, problem);
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

    // A network that the file carries is built of no more than the weights that it has.
    private static PretrainedBackbone Known(ModelMetadata metadata, StateDict weights, IReadOnlyList<INetworkFormat> formats, string name)
    {
        if (metadata.Network is not { } network)
            return Known(metadata, name);
        return Usable(name, () => network.FindIn([.. formats, new OnnxNetworkFormat()], "form of networks", known => known.Identifier).Open(
            metadata.Backbone, new NetworkDescription(network.Identifier, network.Settings), weights.Values.Sum(tensor => tensor.numel())));
    }

    public static PretrainedBackbone Known(ModelMetadata metadata, string name) => BuiltInNetworks.Find(metadata.Backbone)?.At(metadata.Preprocessing) ??
        throw new ModelFileException(
            name, $"holds the network '{metadata.Backbone}', which this library does not know: "
            + "pass the backbone to Predictor.Load, as PredictorOptions.Backbone.");
}
