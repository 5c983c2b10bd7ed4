using System.Text.Json;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Networks;

/// <summary>What PyTorch computed for one network with weights filled by rule: torchvision's file, else timm's.</summary>
internal sealed class ReferenceNetwork
{
    private readonly JsonElement _values;

    private ReferenceNetwork(JsonElement values) => _values = values;

    /// <summary>Skips the test where the reference folder is absent.</summary>
    public static ReferenceNetwork Require(string name) => name.StartsWith("tf_") ? OfTimm(name) : Read("torchvision", name);

    /// <summary>What timm computed, by timm's name; skips the test where the reference folder is absent.</summary>
    public static ReferenceNetwork OfTimm(string name) => Read("timm", name);

    public int InputSize => _values.GetProperty("input_size").GetInt32();

    public long Parameters => _values.GetProperty("parameters").GetInt64();

    public int Argmax => _values.GetProperty("argmax").GetInt32();

    public double LogitsNorm => _values.GetProperty("l2").GetDouble();

    public double[] Logits => Numbers("logits");

    /// <summary>The first pooled features, or none where the reference has none.</summary>
    public double[] Features => _values.TryGetProperty("features", out _) ? Numbers("features") : [];

    public double FeaturesNorm => _values.GetProperty("features_l2").GetDouble();

    /// <summary>The keys of what keeps its values as built, because they follow from the architecture.</summary>
    public string[] NotFilled => _values.TryGetProperty("not_filled", out JsonElement keys) ? [.. keys.EnumerateArray().Select(key => key.GetString()!)] : [];

    /// <summary>"key [shape]" for every entry of the state dict.</summary>
    public IEnumerable<string> StateDict =>
        _values.GetProperty("state_dict").EnumerateArray().Select(entry => $"{entry[0].GetString()} {entry[1].GetRawText().Replace(" ", "")}");

    /// <summary>Every entry of the state dict, with its shape.</summary>
    public IEnumerable<(string Key, long[] Shape)> Shapes => _values.GetProperty("state_dict").EnumerateArray()
        .Select(entry => (entry[0].GetString()!, entry[1].EnumerateArray().Select(side => side.GetInt64()).ToArray()));

    /// <summary>The published weights, by torchvision's or timm's name for them.</summary>
    public IReadOnlyDictionary<string, JsonElement> Weights =>
        _values.GetProperty("weights").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);

    /// <summary>Holds logits [1, classes] against PyTorch's, by the rule of the reference folder.</summary>
    public void AssertLogits(float[] logits)
    {
        Assert.Equal(Argmax, Array.IndexOf(logits, logits.Max()));
        AssertClose(Logits, logits, Tolerance * LogitsNorm);
    }

    /// <summary>Holds pooled features against PyTorch's, by the same rule.</summary>
    public void AssertFeatures(float[] features) => AssertClose(Features, features, Tolerance * FeaturesNorm);

    // The references are of Linux; elsewhere libtorch is built by another compiler, and rounds otherwise.
    private static double Tolerance => OperatingSystem.IsLinux() ? 1e-4 : 2e-4;

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
    }

    private static ReferenceNetwork Read(string folder, string name)
    {
        using JsonDocument document = ReferenceData.RequireJson($"reference/{folder}/{name}.json");
        return new ReferenceNetwork(document.RootElement.Clone());
    }

    private double[] Numbers(string property) => [.. _values.GetProperty(property).EnumerateArray().Select(value => value.GetDouble())];
}
