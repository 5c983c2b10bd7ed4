using System.Text.Json.Serialization;

namespace TransferLearning.Predictions;

/// <summary>How the built-in readings' settings, which the built-in tasks share, stand in model files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ThresholdSettings))]
[JsonSerializable(typeof(ScaleSettings))]
internal sealed partial class ReadingJson : JsonSerializerContext;

/// <summary>The probability from which on an image is of a class.</summary>
internal sealed record ThresholdSettings(double Threshold);

/// <summary>What turns outputs into values, for each of them; none where outputs are values.</summary>
internal sealed record ScaleSettings(double[] Means, double[] Deviations);
