using System.Text.Json;
using System.Text.Json.Serialization;
using TransferLearning.Heads;
using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Models;

/// <summary>How a head was solved, as it stands in a model file.</summary>
/// <param name="Strength">The strength of the regularization.</param>
/// <param name="Scale">The factor by which outputs became logits.</param>
/// <param name="Labels">What the labels of the statistics are.</param>
/// <param name="Features">How their features were computed.</param>
internal sealed record HeadSettings(double? Strength, double Scale, string? Labels, HeadKey? Features)
{
    public static ModelPart Describe(HeadChoice choice, HeadStatistics? statistics)
    {
        var settings = new HeadSettings(choice.Strength, choice.Scale, statistics?.Labels.Description, statistics?.Key);
        return new ModelPart(choice.Solver, JsonSerializer.SerializeToElement(settings, HeadJson.Default.HeadSettings));
    }

    /// <exception cref="JsonException">The settings are no such ones.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static (HeadChoice Choice, LabelKind Labels, HeadKey? Key) Read(ModelPart part)
    {
        HeadSettings settings = part.Settings.Deserialize(HeadJson.Default.HeadSettings) ?? throw new JsonException("The settings of the head are null.");
        double? strength = settings.Strength is double value ? Require.AtLeast(0, value, "strength") : null;
        var choice = new HeadChoice { Solver = part.Identifier, Strength = strength, Scale = Require.AboveZero(settings.Scale, "scale") };
        return (choice, new LabelKind(settings.Labels ?? ""), settings.Features);
    }
}

/// <summary>Reads and writes the settings without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HeadSettings))]
internal sealed partial class HeadJson : JsonSerializerContext;
