using System.Globalization;
using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Heads;
using TransferLearning.Internal;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Models;

/// <summary>A model as one file: safetensors, so that any tool reads the weights, with its metadata as JSON, and a checksum over both.</summary>
internal static class ModelFile
{
    private const string Format = "transferlearning-model";

    /// <summary>Writes a file that is whole or absent.</summary>
    public static void Write(string path, IReadOnlyList<nn.Module> networks, ModelMetadata metadata, HeadStatistics? statistics = null) =>
        AtomicFile.Write(path, stream => Write(stream, networks, metadata, statistics));

    /// <inheritdoc cref="Write(string, IReadOnlyList{nn.Module}, ModelMetadata, HeadStatistics)"/>
    public static void Write(string path, nn.Module network, ModelMetadata metadata, HeadStatistics? statistics = null) =>
        Write(path, [network], metadata, statistics);

    /// <summary>Writes a file that is whole or absent and replaces none, under a name with a number if necessary.</summary>
    /// <returns>The file's full path.</returns>
    public static string WriteNew(string path, nn.Module network, ModelMetadata metadata, HeadStatistics? statistics = null) =>
        AtomicFile.WriteNew(path, stream => Write(stream, [network], metadata, statistics));

    /// <summary>Writes to a stream, which is left open.</summary>
    public static void Write(Stream stream, IReadOnlyList<nn.Module> networks, ModelMetadata metadata, HeadStatistics? statistics = null)
    {
        using var scope = NewDisposeScope();
        IEnumerable<(string, Tensor)> sums = statistics is null ? [] : StatisticsTensors.Of(statistics);
        (string, Tensor)[] weights = [.. EnsembleTensors.Of(networks), .. sums];
        string text = ModelSchema.Write(metadata);
        Safetensors.Write(stream, weights, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["format_version"] = ModelSchema.Version.ToString(CultureInfo.InvariantCulture),
            ["library_version"] = metadata.LibraryVersion,
            ["model"] = text,
            ["sha256"] = WeightsChecksum.Of(text, weights),
        });
    }

    /// <summary>Reads metadata and weights, statistics of the head's images among them, checksum verified; the caller disposes the weights.</summary>
    /// <exception cref="ModelFileException">The file is damaged, altered, of another version, or no model.</exception>
    public static (ModelMetadata Metadata, StateDict Weights) Read(Stream stream, string name)
    {
        StateDict weights = ReadWeights(stream, name);
        try
        {
            return (ReadMetadata(weights, name), weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>The preprocessing of a model file, of which only the header is read; null of other files of weights.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">The file cannot be read.</exception>
    /// <exception cref="ModelFileException">The file is of another version, or damaged.</exception>
    public static Preprocessing? PreprocessingIn(string path)
    {
        using StoredWeights weights = WeightsFile.Open(path);
        if (weights.Metadata.GetValueOrDefault("format") != Format)
            return null;
        CheckVersion(weights.Metadata, path);
        return ModelSchema.Read(weights.Metadata.GetValueOrDefault("model") ?? "", path).Preprocessing;
    }

    private static StateDict ReadWeights(Stream stream, string name)
    {
        try
        {
            return Safetensors.Read(stream, name);
        }
        catch (WeightsFormatException damage)
        {
            throw new ModelFileException(name, $"is not a whole model file: {damage.Message}", damage);
        }
    }

    private static ModelMetadata ReadMetadata(StateDict weights, string name)
    {
        IReadOnlyDictionary<string, string> entries = weights.Metadata;
        if (entries.GetValueOrDefault("format") != Format)
            throw new ModelFileException(
                name, "holds weights but no model: it was not written by Predictor.Save. Pretrained.X().WithWeights(path) starts from bare weights.");
        CheckVersion(entries, name);

        string text = entries.GetValueOrDefault("model") ?? "";
        string expected = entries.GetValueOrDefault("sha256") ?? "none";
        string found = WeightsChecksum.Of(text, weights.Select(entry => (entry.Key, entry.Value)));
        if (found != expected)
            throw new ModelFileException(name, $"was altered after it was saved: its checksum is {found}, and it should be {expected}.");
        return ModelSchema.Read(text, name);
    }

    private static void CheckVersion(IReadOnlyDictionary<string, string> entries, string name)
    {
        string version = entries.GetValueOrDefault("format_version") ?? "none";
        string library = entries.GetValueOrDefault("library_version") ?? "an unknown version";
        if (version == ModelSchema.Version.ToString(CultureInfo.InvariantCulture))
            return;
        bool isNewer = int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > ModelSchema.Version;
        throw new ModelFileException(name, $"is of format version {version}, and this library reads version {ModelSchema.Version}: "
            + (isNewer ? $"update TransferLearning; the file was written by {library}." : "train and save the model again with this version."));
    }
}
