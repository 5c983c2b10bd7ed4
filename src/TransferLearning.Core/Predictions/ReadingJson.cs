using System.Text.Json.Serialization;

namespace TransferLearning.Predictions;

/// <summary>How the built-in readings' settings, which the built-in tasks share, stand in model files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SoftmaxSettings))]
[JsonSerializable(typeof(SigmoidSettings))]
[JsonSerializable(typeof(ScaleSettings))]
internal sealed partial class ReadingJson : JsonSerializerContext;

/// <summary>What logits are divided by, and the probability below which a class is not named, for all or for each; absent: 1, and any.</summary>
internal sealed record SoftmaxSettings(double? Temperature = null, double[]? Thresholds = null);

/// <summary>The probability from which on an image is of a class, for all or, where there are several, for each; and what logits are divided by.</summary>
internal sealed record SigmoidSettings(double Threshold, double[]? Thresholds = null, double? Temperature = null);

/// <summary>What turns outputs into values, for each of them; none where outputs are values.</summary>
internal sealed record ScaleSettings(double[] Means, double[] Deviations);
