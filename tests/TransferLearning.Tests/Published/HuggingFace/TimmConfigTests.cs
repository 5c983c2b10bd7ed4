using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Published.HuggingFace;
using TransferLearning.Tests.Published.Timm;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Published.HuggingFace;

public sealed class TimmConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [MemberData(nameof(TimmReference.Names), MemberType = typeof(TimmReference))]
    public void Read_TheConfigurationOfEveryPublishedTag_GivesTimmsPreprocessing(string name)
    {
        foreach ((string tag, JsonElement facts) in TimmReference.Require(name).Weights.Where(entry => entry.Value.GetProperty("crop_mode").GetString() == "center"))
        {
            Preprocessing preprocessing = Read($$"""{"architecture": "{{name}}", "num_classes": 1000, "pretrained_cfg": {{facts.GetRawText()}} }""").Preprocessing;

            int side = facts.GetProperty("input_size")[1].GetInt32();
            Assert.Equal((tag, side), (tag, preprocessing.CropTo));
            Assert.Equal((tag, (int)Math.Floor(side / facts.GetProperty("crop_pct").GetDouble())), (tag, preprocessing.ResizeTo));
            Assert.Equal(facts.GetProperty("interpolation").GetString(), preprocessing.Interpolation.ToString().ToLowerInvariant());
            Assert.Equal(Floats(facts, "mean"), Floats(preprocessing.Statistics.Mean));
            Assert.Equal(Floats(facts, "std"), Floats(preprocessing.Statistics.StandardDeviation));
        }
    }

    [Fact]
    public void Read_FactsBesideTheArchitecture_AsTheyStoodBefore2023_FindsThem()
    {
        Preprocessing preprocessing = Read(Valid()).Preprocessing;

        Assert.Equal((256, 224, Interpolation.Bilinear), (preprocessing.ResizeTo, preprocessing.CropTo, preprocessing.Interpolation));
    }

    [Theory]
    [InlineData("architecture", "\"resnet19\"", "'resnet19', which is not built in. Did you mean 'resnet18'?")]
    [InlineData("architecture", "null", "names no 'architecture'")]
    [InlineData("input_size", "[3, 224, 160]", "'input_size' is [3, 224, 160]")]
    [InlineData("input_size", "[1, 28, 28]", "'input_size' is [1, 28, 28]")]
    [InlineData("crop_pct", "0", "'crop_pct' is 0")]
    [InlineData("crop_pct", "0.001", "'input_size' and 'crop_pct' ask for 224000 pixels; at most 2048 are taken")]
    [InlineData("mean", "[0.5, 1e999, 0.5]", "three finite numbers each")]
    [InlineData("crop_mode", "\"squash\"", "'crop_mode' is 'squash'")]
    [InlineData("interpolation", "\"random\"", "'interpolation' is 'random'")]
    [InlineData("mean", "[0.5]", "'mean' is [0.5]")]
    [InlineData("std", "[0.5, 0, 0.5]", "'std' is [0.5, 0, 0.5]")]
    [InlineData("model_args", "{\"img_size\": 518}", "'model_args' (img_size)")]
    [InlineData("mean", "\"imagenet\"", "not the JSON that was expected")]
    public void Read_WhatIsNotBuiltIn_IsRefusedByName(string property, string value, string expected)
    {
        JsonObject config = Valid();
        config[property] = JsonNode.Parse(value);

        var error = Assert.Throws<WeightsFormatException>(() => Read(config));

        Assert.Contains(expected, error.Message);
        Assert.Contains(_folder.FullPath, error.Message);
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Read_UnderAnotherCulture_WritesNumbersAsTheFileDoes(string culture)
    {
        JsonObject config = Valid();
        config["std"] = JsonNode.Parse("[0.5, 0, 0.5]");

        var error = OtherCulture.Run(culture, () => Assert.Throws<WeightsFormatException>(() => Read(config)));

        Assert.Contains("'std' is [0.5, 0, 0.5]", error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject Valid() => (JsonObject)JsonNode.Parse(
        """{"architecture": "resnet18", "input_size": [3, 224, 224], "crop_pct": 0.875, "interpolation": "bilinear", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}""")!;

    private static float[] Floats(JsonElement facts, string name) => [.. facts.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static float[] Floats(Rgb values) => [values.Red, values.Green, values.Blue];

    private TimmConfig Read(JsonObject config) => Read(config.ToJsonString());

    private TimmConfig Read(string config)
    {
        string path = _folder.File("config.json");
        File.WriteAllText(path, config);
        return TimmConfig.Read(path);
    }
}
