using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

/// <summary>Model files that somebody wrote by hand: the checksum, which anyone can compute, is always right.</summary>
public sealed class HostileModelTests : IDisposable
{
    private const int Seed = 20_260_101;

    // Decoding, resizing and the network of one small image take a few; a buffer of a claimed size would take hundreds.
    private const long MostBytes = 64 << 20;

    private static readonly string[] _replacements =
    [
        "null", "true", "\"text\"", "\"NaN\"", "\"\"", "7", "0", "-1", "0.5", "1e999", "-1e999", "2147483647", "9223372036854775807", "26754", "[]", "{}",
        "[null]", "[[1]]", "{\"identifier\":null}", "\"\\ud800\"", $"\"{new string('x', 1 << 16)}\"", new string('[', 63) + new string(']', 63),
        new string('[', 100_000),
    ];

    private readonly SmallNetwork _network = new();
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("hostile.tlmodel");

    private static ModelMetadata Metadata => new()
    {
        Backbone = "small_network",
        Classes = ["a", "b", "c", "d"],
        Preprocessing = SmallNetwork.Info.Preprocessing,
        Task = new ModelPart("regression", Json("""{"means":[1,2,3,4],"deviations":[1,2,3,4]}""")),
        Reading = new ModelPart("values", Json("""{"means":[1,2,3,4],"deviations":[1,2,3,4]}""")),
        Metrics = new Dictionary<string, double> { ["loss"] = 0.5 },
        Epoch = 3,
    };

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Load_OfMutatedMetadata_PredictsOrSaysWhatIsWrongWithWhichFile()
    {
        var random = new Random(Seed);
        string whole = ModelSchema.Write(Metadata);
        int places = Places(JsonNode.Parse(whole)!).Count();
        IEnumerable<string> each = Enumerable.Range(0, places).SelectMany(place => _replacements.Select(value => Mutated(whole, [place], [value])));
        IEnumerable<string> several = Enumerable.Range(0, 200).Select(_ => Mutated(
            whole, [random.Next(places), random.Next(places), random.Next(places)], random.GetItems(_replacements, 3)));
        IEnumerable<string> repeated = Enumerable.Range(0, 50).Select(_ => random.Next(1, whole.Length)).Select(at => whole[..at] + whole[random.Next(at)..]);

        int refused = each.Concat(several).Concat(repeated).Count(IsRefused);

        Assert.True(refused > 500, $"Only {refused} mutations were refused.");
    }

    [Theory]
    [InlineData("vit_b_16", 1)]
    [InlineData("vit_b_16", 17)]
    [InlineData("swin_v2_t", 2048)]
    [InlineData("inception_v3", 1)]
    [InlineData("maxvit_t", 3)]
    public void Load_OfABuiltInNetworkThatTheWeightsDoNotFit_IsRefusedByName(string network, int side)
    {
        Write(Metadata with { Backbone = network, Preprocessing = new Preprocessing { ResizeTo = side, CropTo = side } });

        Assert.Contains(Model, Assert.Throws<ModelFileException>(() => Predictor.Load(Model)).Message);
    }

    [Fact]
    public void Load_OfACropBeyondTheBound_NamesItAndTheBound()
    {
        JsonNode altered = JsonNode.Parse(ModelSchema.Write(Metadata))!;
        altered["preprocessing"]!["crop_to"] = 2049;
        Write(altered.ToJsonString());

        Assert.Contains("'preprocessing.crop_to' is 2049; it must be 1 to 2048 pixels", Refusal());
        Assert.Contains("CropTo is 2049; it must be from 1 to 2048", Assert.Throws<ArgumentOutOfRangeException>(() => new Preprocessing { CropTo = 2049 }).Message);
        Assert.All(Pretrained.Catalog, published => Assert.InRange(published.Preprocessing.ResizeTo, 1, 2048 / 3));
    }

    [Fact]
    public void Load_OfANameThatComesTwice_IsRefused()
    {
        Write(Metadata with { Classes = ["a", "b", "a", "d"] });

        Assert.Contains("'names' must have at least one name, none null and none twice", Refusal());
    }

    [Fact]
    public void Build_OfANameThatComesTwice_IsRefusedAsLoadWouldRefuseIt()
    {
        InMemoryDataset images = InMemoryDataset.Of([new(ToyImages.Encoded(0, new Random(1)), Target.Class(0), "one.png")], ["a", "b", "a"]);

        var error = Assert.ThrowsAny<Exception>(() => Trainer.FineTune(SmallNetwork.Pretrained()).On(new DatasetSplit(images, images)).For(epochs: 1).Build());

        Assert.Contains("The name 'a' comes twice among the names of the classes or values", error.Message);
    }

    [Theory]
    [InlineData("""{"means":[1,2],"deviations":[1,2]}""", "There are 2 means and deviations for 4 names.")]
    [InlineData("""{"means":[1,2,3,4],"deviations":[1,2,3]}""", "there are 4 and 3.")]
    [InlineData("""{"means":[1,2,3,4],"deviations":[1,0,3,4]}""", "must be above 0")]
    [InlineData("""{"means":[1,2,3,4],"deviations":[1,1e308,3,4]}""", "must be finite in single precision")]
    [InlineData("""{"means":null,"deviations":[1]}""", "means")]
    public void Load_OfSettingsThatDoNotFitTheOutputs_IsRefusedForTaskAndReading(string settings, string expected)
    {
        Write(Metadata with { Task = new ModelPart("regression", Json(settings)) });
        Assert.Contains(expected, Refusal());

        Write(Metadata with { Reading = new ModelPart("values", Json(settings)) });
        Assert.Contains(expected, Refusal());
    }

    [Theory]
    [InlineData("classifier.weight", float.NaN)]
    [InlineData("features.3.weight", float.PositiveInfinity)]
    [InlineData("features.1.running_var", float.NaN)]
    public void Load_OfWeightsThatAreNotFinite_NamesTheTensor(string tensor, float value)
    {
        using (no_grad())
        using (Tensor wrong = full_like(_network.state_dict()[tensor], value))
            _network.state_dict()[tensor].copy_(wrong);
        Write(Metadata);

        Assert.Contains($"NaN or infinite values in the tensor '{tensor}'", Refusal());
    }

    private bool IsRefused(string metadata)
    {
        Write(metadata);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool refused = false;
        try
        {
            using Predictor predictor = Predictor.Load(Model, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
            predictor.Predict(DrawnImage.Jpeg());
        }
        catch (ModelFileException refusal)
        {
            Assert.Contains(Model, refusal.Message);
            refused = true;
        }
        catch (ImageFormatException) // a limit of pixels below those of the image
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return refused;
    }

    private string Refusal()
    {
        string message = Assert.Throws<ModelFileException>(
            () => Predictor.Load(Model, new PredictorOptions { Backbone = SmallNetwork.Pretrained() })).Message;
        Assert.Contains(Model, message);
        return message;
    }

    private void Write(ModelMetadata metadata) => Write(ModelSchema.Write(metadata));

    private void Write(string metadata)
    {
        (string, Tensor)[] weights = [.. _network.state_dict().Select(entry => (entry.Key, entry.Value))];
        Safetensors.Write(Model, weights, new Dictionary<string, string>
        {
            ["format"] = "transferlearning-model",
            ["format_version"] = $"{ModelSchema.Version}",
            ["model"] = metadata,
            ["sha256"] = WeightsChecksum.Of(metadata, weights),
        });
    }

    // Every value of the document, by its place in it.
    private static IEnumerable<JsonNode> Places(JsonNode node) => node switch
    {
        JsonObject fields => fields.Select(field => field.Value).OfType<JsonNode>().SelectMany(value => Places(value).Prepend(value)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(value => Places(value).Prepend(value)),
        _ => [],
    };

    // The values are put in as text, since much of it is no JSON.
    private static string Mutated(string text, int[] places, string[] values)
    {
        JsonNode document = JsonNode.Parse(text)!;
        JsonNode[] nodes = [.. Places(document)];
        foreach ((int index, int place) in places.Distinct().Index())
            nodes[place].ReplaceWith($"value {index}");
        return values.Index().Aggregate(document.ToJsonString(), (json, value) => json.Replace($"\"value {value.Index}\"", value.Item, StringComparison.Ordinal));
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
