using System.Text.Json;
using TransferLearning.Formats;
using TransferLearning.Internal;

namespace TransferLearning.Published.HuggingFace;

/// <summary>Reads the hub's JSON files: names with underscores, entries that nobody asks for left out.</summary>
internal static class HubJson
{
    private const int MostBytes = 1 << 26;

    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="WeightsFormatException">The file holds something else.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            using FileStream file = RegularFile.Open(path);
            if (file.Length > MostBytes)
                throw new WeightsFormatException(path, $"it has {file.Length} bytes; of JSON at most {MostBytes} are read");
            return JsonSerializer.Deserialize<T>(file, _options) ?? throw new WeightsFormatException(path, "it holds null, where a JSON object should be");
        }
        catch (JsonException exception)
        {
            throw new WeightsFormatException(path, $"it is not the JSON that was expected: {exception.Message}", exception);
        }
    }
}
