using System.Text.Json.Nodes;
using TransferLearning.Formats;
using TransferLearning.Models;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

/// <summary>Files of ensembles that somebody wrote by hand, with the right checksum.</summary>
public sealed class HostileEnsembleTests : IDisposable
{
    private readonly SmallNetwork _first = new(), _second = new();
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("hostile.tlmodel");

    private static ModelMetadata Metadata => new()
    {
        Backbone = "small_network",
        Classes = ["a", "b", "c", "d"],
        Preprocessing = SmallNetwork.Info.Preprocessing,
        Ensemble = new EnsembleMembers { HeadsPerNetwork = [1, 1] },
    };

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Load_OfAnEnsembleWrittenByHand_Predicts()
    {
        Write(Tensors());

        using Predictor loaded = Load();

        Assert.Equal(1, loaded.Predict(DrawnImage.Jpeg()).Probabilities.Sum(), 1e-9);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[]")]
    [InlineData("[0, 2]")]
    [InlineData("[-1, 3]")]
    [InlineData("[33]")]
    [InlineData("[16, 17]")]
    [InlineData("[2147483647, 2147483647]")]
    [InlineData("[1, null]")]
    [InlineData("null")]
    [InlineData("\"many\"")]
    [InlineData("[0.5, 1.5]")]
    public void Load_OfCountsThatCannotBe_IsRefused(string heads)
    {
        JsonNode metadata = JsonNode.Parse(ModelSchema.Write(Metadata))!;
        metadata["ensemble"]!["heads"] = JsonNode.Parse(heads);
        Write(Tensors(), metadata.ToJsonString());

        Assert.Contains(Model, Refusal());
    }

    [Fact]
    public void Load_OfManyNetworksThatAreNotThere_IsRefusedAtTheFirst()
    {
        Write(Tensors(), Metadata with { Ensemble = new EnsembleMembers { HeadsPerNetwork = [.. Enumerable.Repeat(1, 32)] } });

        Assert.Contains("its network3", Refusal());
    }

    [Theory]
    [InlineData("network2/classifier.bias")]
    [InlineData("network2/features.1.running_mean")]
    [InlineData("features.3.weight")]
    public void Load_WithoutATensor_NamesIt(string missing)
    {
        Write([.. Tensors().Where(tensor => tensor.Name != missing)]);

        Assert.Contains(missing.Split('/')[^1], Refusal());
    }

    [Theory]
    [InlineData("network2/more.weight")]
    [InlineData("network3/classifier.weight")]
    [InlineData("network02/classifier.weight")]
    [InlineData("network2/network2/classifier.weight")]
    public void Load_WithATensorTooMany_NamesIt(string extra)
    {
        using Tensor one = zeros(4, 16);
        Write([.. Tensors(), (extra, one)]);

        Assert.Contains(extra.Split('/')[^1], Refusal());
    }

    [Fact]
    public void Load_OfHeadsOfAnotherCount_NamesTheNetwork()
    {
        Write(Tensors(), Metadata with { Ensemble = new EnsembleMembers { HeadsPerNetwork = [1, 2] } });

        Assert.Contains("its network2 gives 4 for 2 of the ensemble's members", Refusal());
    }

    [Theory]
    [InlineData("classifier.weight", float.NaN)]
    [InlineData("features.3.weight", float.NegativeInfinity)]
    public void Load_OfASecondNetworkThatIsNotFinite_NamesTheTensor(string tensor, float value)
    {
        using (no_grad())
        using (Tensor wrong = full_like(_second.state_dict()[tensor], value))
            _second.state_dict()[tensor].copy_(wrong);
        Write(Tensors());

        Assert.Contains($"NaN or infinite values in the tensor '{tensor}'", Refusal());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Load_ByAReaderThatKnowsOfNoEnsembles_IsRefusedAndNotMispredicted(int networks)
    {
        Write(networks == 1 ? [.. Tensors().Where(tensor => !tensor.Name.Contains('/')).Select(Doubled)] : Tensors(), Metadata with { Ensemble = null });

        Refusal();

        static (string, Tensor) Doubled((string Name, Tensor Tensor) entry) =>
            entry.Name.StartsWith("classifier", StringComparison.Ordinal) ? (entry.Name, cat([entry.Tensor, entry.Tensor])) : entry;
    }

    [Fact]
    public void Load_ThatIsRefused_LeavesNoTensors() => OwnThread.Run(() =>
    {
        Write([.. Tensors().Where(tensor => tensor.Name != "network2/classifier.bias")]);
        Refusal();
        long before = LiveTensors.Count;

        Refusal();

        Assert.Equal(before, LiveTensors.Count);
    });

    private (string Name, Tensor Tensor)[] Tensors() => [.. EnsembleTensors.Of([_first, _second])];

    private Predictor Load() => Predictor.Load(Model, new PredictorOptions { Backbone = SmallNetwork.Pretrained() });

    private string Refusal()
    {
        string message = Assert.Throws<ModelFileException>(Load).Message;
        Assert.Contains(Model, message);
        return message;
    }

    private void Write((string, Tensor)[] tensors, ModelMetadata? metadata = null) => Write(tensors, ModelSchema.Write(metadata ?? Metadata));

    private void Write((string, Tensor)[] tensors, string metadata) => Safetensors.Write(Model, tensors, new Dictionary<string, string>
    {
        ["format"] = "transferlearning-model",
        ["format_version"] = $"{ModelSchema.Version}",
        ["model"] = metadata,
        ["sha256"] = WeightsChecksum.Of(metadata, tensors),
    });
}
