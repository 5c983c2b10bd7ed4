using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Models;

public sealed class ModelSchemaTests
{
    private static ModelMetadata Metadata => new()
    {
        Backbone = "resnet18",
        Classes = ["ants", "bees <é>"],
        Preprocessing = new Preprocessing { ResizeTo = 232, CropTo = 224, Interpolation = Interpolation.Bicubic, Statistics = ChannelStatistics.Inception },
        Images = new ImageReading { Decoder = "mine", ApplyExifOrientation = true, MaximumPixels = 5000 },
        Task = new ModelPart("ordinal", JsonDocument.Parse("""{"steps":[1,2]}""").RootElement),
        Reading = new ModelPart("softmax"),
        Metrics = new Dictionary<string, double> { ["loss"] = double.NaN, ["accuracy"] = 0.5 },
        Epoch = 3,
        Seed = long.MaxValue,
        Precision = ComputePrecision.BFloat16,
        TorchThreads = 2,
        LibraryVersion = "0.2.0",
        TorchSharpVersion = "0.107.0",
    };

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame()
    {
        ModelMetadata read = ModelSchema.Read(ModelSchema.Write(Metadata), "model");

        Assert.Equal(Metadata with { Classes = read.Classes, Metrics = read.Metrics }, read);
        Assert.Equal(Metadata.Classes, read.Classes);
        Assert.Equal(Metadata.Metrics, read.Metrics);
    }

    [Fact]
    public void Read_WithFieldsOfALaterVersion_IgnoresThem()
    {
        JsonNode later = JsonNode.Parse(ModelSchema.Write(Metadata))!;
        later["temperature"] = 1.5;
        later["images"]!["channel_order"] = "bgr";

        Assert.Equal("resnet18", ModelSchema.Read(later.ToJsonString(), "model").Backbone);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("names")]
    [InlineData("preprocessing")]
    [InlineData("images")]
    [InlineData("task")]
    [InlineData("reading")]
    [InlineData("task.identifier")]
    [InlineData("images.decoder")]
    [InlineData("preprocessing.mean")]
    public void Read_WithoutARequiredField_NamesFileAndField(string field)
    {
        Assert.Contains($"'{field.Split('.')[^1]}'", Refusal(field, null, remove: true));
        Assert.Contains("'toy.tlmodel'", Refusal(field, null, remove: true));
    }

    [Theory]
    [InlineData("names", "[]", "'names'")]
    [InlineData("names", "[\"ants\",null]", "'names'")]
    [InlineData("epoch", "-1", "'epoch' is -1")]
    [InlineData("epoch", "\"one\"", "$.epoch")]
    [InlineData("precision", "\"float7\"", "'precision' is 'float7'; known are auto, float32, bfloat16")]
    [InlineData("torch_threads", "-2", "'torch_threads'")]
    [InlineData("preprocessing.crop_to", "0", "'preprocessing.crop_to' is 0")]
    [InlineData("preprocessing.resize_to", "2000000000", "'preprocessing.resize_to'")]
    [InlineData("preprocessing.interpolation", "\"area\"", "'preprocessing.interpolation' is 'area'")]
    [InlineData("preprocessing.mean", "[1,2]", "'preprocessing.mean' has 2 numbers")]
    [InlineData("preprocessing.standard_deviation", "[1,0,1]", "standard deviation")]
    [InlineData("metrics", "3", "$.metrics")]
    public void Read_WithAFieldThatCannotBe_NamesIt(string field, string value, string expected) =>
        Assert.Contains(expected, Refusal(field, JsonNode.Parse(value), remove: false));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"network\":")]
    public void Read_OfWhatIsNoMetadata_IsRefused(string text) => Assert.Throws<ModelFileException>(() => ModelSchema.Read(text, "toy.tlmodel"));

    private static string Refusal(string field, JsonNode? value, bool remove)
    {
        JsonNode altered = JsonNode.Parse(ModelSchema.Write(Metadata))!;
        string[] path = field.Split('.');
        JsonNode parent = path.Length > 1 ? altered[path[0]]! : altered;
        if (remove)
            parent.AsObject().Remove(path[^1]);
        else
            parent[path[^1]] = value;
        return Assert.Throws<ModelFileException>(() => ModelSchema.Read(altered.ToJsonString(), "toy.tlmodel")).Message;
    }
}
