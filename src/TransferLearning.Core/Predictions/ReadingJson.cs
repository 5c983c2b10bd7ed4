using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TransferLearning.Predictions;

/// <summary>How the built-in readings' settings, which the built-in tasks share, stand in model files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SoftmaxSettings))]
[JsonSerializable(typeof(SigmoidSettings))]
[JsonSerializable(typeof(ScaleSettings))]
internal sealed partial class ReadingJson : JsonSerializerContext
{
    /// <summary>Reads settings.</summary>
    /// <returns>Null if there are none.</returns>
    /// <exception cref="ArgumentException">They are null.</exception>
    /// <exception cref="JsonException">They are of another form.</exception>
    public static T? Read<T>(JsonElement settings, JsonTypeInfo<T> form)
        where T : class => settings.ValueKind == JsonValueKind.Undefined
        ? null
        : settings.Deserialize(form) ?? throw new ArgumentException("The settings are null; an object is expected.");
}

/// <summary>What logits are divided by, and the probability below which a class is not named, for all or for each; absent: 1, and any.</summary>
internal sealed record SoftmaxSettings(double? Temperature = null, double[]? Thresholds = null);

/// <summary>The probability from which on an image is of a class, for all or, where there are several, for each; and what logits are divided by.</summary>
internal sealed record SigmoidSettings(double Threshold, double[]? Thresholds = null, double? Temperature = null);

/// <summary>What turns outputs into values, for each of them; none where outputs are values.</summary>
internal sealed record ScaleSettings(double[] Means, double[] Deviations);
