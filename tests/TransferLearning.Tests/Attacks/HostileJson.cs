using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Attacks;

/// <summary>Changes what a JSON text says.</summary>
internal static class HostileJson
{
    private static readonly string[] _values =
    [
        "null", "true", "0", "-1", "1", "3", "7.5", "2147483647", "2147483648", "-9223372036854775808", "1e308", "1e999", "123456789012345678901234567890",
        "\"\"", "\"NaN\"", "\"Infinity\"", "\"../../etc/passwd\"", "\"a\\u0000b\\n\\u001b[31m\"", "\"\\ud800\"", "[]", "{}", "[null]", "[[1],[2]]",
        "{\"identifier\":\"softmax\"}", "\"bilinear\"", "\"vit_b_16\"", "\"resnet152\"", "\"squeezenet1_1\"", "\"values\"", "\"sigmoid\"", "\"regression\"",
        $"\"{new string('x', 100_000)}\"", new string('[', 60) + new string(']', 60), new string('[', 50_000), "[1, 2, 3, 4, 5, 6, 7, 8, 9]", "1 2", "// 1", "",
    ];

    /// <summary>Gives one to three of a text's values another one, takes them out, or doubles them.</summary>
    public static string Mutate(string json, RandomStream random)
    {
        try
        {
            for (int changes = 1 + random.NextInt32(3); changes > 0; changes--)
                json = Change(JsonNode.Parse(json) ?? throw new JsonException(), random);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // It is hostile enough: no JSON any more, or with a name twice.
        }
        return json;
    }

    private static string Change(JsonNode root, RandomStream random)
    {
        JsonNode place = random.Choose(Places(root).ToArray());
        switch (random.NextInt32(4))
        {
            case 0 when place.Parent is JsonObject parent:
                parent.Remove(place.GetPropertyName());
                return root.ToJsonString();
            case 1 when place.Parent is JsonArray array:
                array.Add(place.DeepClone());
                return root.ToJsonString();
            case 2 when place.Parent is JsonObject:
                return root.ToJsonString().Insert(1, $"\"{place.GetPropertyName()}\":{place.ToJsonString()},");
            default:
                return Replace(root, place, random.Choose(_values));
        }
    }

    private static string Replace(JsonNode root, JsonNode place, string with)
    {
        const string mark = "8bd3a1f0c2";
        if (place == root)
            return with;
        place.ReplaceWith(mark);
        return root.ToJsonString().Replace($"\"{mark}\"", with, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode> Places(JsonNode? node)
    {
        if (node is null)
            yield break;
        yield return node;
        IEnumerable<JsonNode?> inside = node switch
        {
            JsonObject content => content.Select(entry => entry.Value),
            JsonArray content => content,
            _ => [],
        };
        foreach (JsonNode place in inside.SelectMany(Places))
            yield return place;
    }
}
