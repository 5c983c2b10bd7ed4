using System.Text.Json;
using TransferLearning.Formats;
using static TorchSharp.torch;

namespace TransferLearning.Models;

/// <summary>
/// A model as one file: safetensors, so that any tool reads the weights, with a card and a checksum over card and
/// weights in its metadata.
/// </summary>
internal static class ModelFile
{
    private const string Format = "transferlearning-model";
    private const string Version = "1";

    /// <summary>Writes a file that is whole or absent.</summary>
    public static void Write(string path, nn.Module network, ModelMetadata card)
    {
        (IReadOnlyList<(string, Tensor)> weights, Dictionary<string, string> metadata) = Compose(network, card);
        Safetensors.Write(path, weights, metadata);
    }

    /// <summary>Writes to a stream, which is left open.</summary>
    public static void Write(Stream stream, nn.Module network, ModelMetadata card)
    {
        (IReadOnlyList<(string, Tensor)> weights, Dictionary<string, string> metadata) = Compose(network, card);
        Safetensors.Write(stream, weights, metadata);
    }

    /// <summary>Reads a card and its weights, checksum verified; the caller disposes the weights.</summary>
    /// <exception cref="ModelFileException">The file is damaged, altered, or no model.</exception>
    public static (ModelMetadata Card, StateDict Weights) Read(Stream stream, string name)
    {
        StateDict weights = ReadWeights(stream, name);
        try
        {
            return (ReadCard(weights, name), weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static (IReadOnlyList<(string, Tensor)>, Dictionary<string, string>) Compose(nn.Module network, ModelMetadata card)
    {
        (string, Tensor)[] weights = [.. network.state_dict().Select(entry => (entry.Key, entry.Value))];
        string text = JsonSerializer.Serialize(card, ModelMetadataJson.Options);
        return (weights, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["format_version"] = Version,
            ["card"] = text,
            ["sha256"] = WeightsChecksum.Of(text, weights),
        });
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

    private static ModelMetadata ReadCard(StateDict weights, string name)
    {
        if (weights.Metadata.GetValueOrDefault("format") != Format)
            throw new ModelFileException(name, "holds weights but no model: it was not written by Predictor.Save. Pretrained.X().WithWeights(path) starts from bare weights.");
        if (weights.Metadata.GetValueOrDefault("format_version") is string version && version != Version)
            throw new ModelFileException(name, $"is of format version {version}; this library reads version {Version}. A newer library reads it.");

        string text = weights.Metadata.GetValueOrDefault("card") ?? "";
        string expected = weights.Metadata.GetValueOrDefault("sha256") ?? "none";
        string found = WeightsChecksum.Of(text, weights.Select(entry => (entry.Key, entry.Value)));
        if (found != expected)
            throw new ModelFileException(name, $"was altered after it was saved: its checksum is {found}, and it should be {expected}.");

        try
        {
            return JsonSerializer.Deserialize<ModelMetadata>(text, ModelMetadataJson.Options)
                ?? throw new ModelFileException(name, "has an empty model card.");
        }
        catch (JsonException damage)
        {
            throw new ModelFileException(name, $"has a model card that cannot be read: {damage.Message}", damage);
        }
    }
}
