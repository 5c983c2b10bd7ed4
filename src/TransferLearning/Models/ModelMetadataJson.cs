using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning.Models;

/// <summary>How a model card is written as JSON.</summary>
internal static class ModelMetadataJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a metric over nothing is NaN
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // class names stay readable; the text is never put into HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
