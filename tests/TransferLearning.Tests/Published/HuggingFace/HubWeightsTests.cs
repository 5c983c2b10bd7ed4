using System.Text;
using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Formats;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Published.HuggingFace;

/// <summary>From a repository to an opened network.</summary>
public sealed class HubWeightsTests : IDisposable
{
    private const string Config =
        """
        {
          "architecture": "resnet18", "num_classes": 1000, "num_features": 512,
          "pretrained_cfg": {
            "input_size": [3, 160, 160], "test_input_size": [3, 224, 224], "interpolation": "bicubic", "crop_pct": 0.95, "crop_mode": "center",
            "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.3], "num_classes": 1000, "first_conv": "conv1", "classifier": "fc"
          }
        }
        """;

    private readonly LoopbackHub _hub = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void FromHuggingFace_ATimmNetwork_OpensItWithItsWeightsAndPreprocessing()
    {
        using StateDict filled = Filled("resnet18");
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);
        _hub.Files["model.safetensors"] = Saved(filled);

        PretrainedBackbone pretrained = Pretrained.FromHuggingFace(LoopbackHub.Repository, store: _hub.Options);
        int askedForFacts = _hub.Hub.Requests.Count(request => request.Path.Contains("safetensors", StringComparison.Ordinal));
        using Backbone backbone = BackboneLoader.Open(pretrained, outputCount: null, seed: 0, _hub.Options);

        Assert.Equal(0, askedForFacts);
        Assert.Equal("resnet18", pretrained.Info.Name);
        Assert.Equal((168, 160), (pretrained.Info.Preprocessing.ResizeTo, pretrained.Info.Preprocessing.CropTo));
        foreach ((string name, Tensor tensor) in filled)
            Assert.Equal(Numbers.Of(tensor), Numbers.Of(backbone.Network, name));
    }

    [Fact]
    public void Open_WeightsInShards_PutsThemTogether()
    {
        using StateDict filled = Filled("resnet18");
        string[] names = [.. filled.Keys];
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);
        _hub.Files["model.safetensors.index.json"] = Index(names.Select((name, index) => (name, Shard(index))));
        for (int shard = 0; shard < 2; shard++)
            _hub.Files[Shard(shard)] = Saved(Part(filled, names.Where((_, index) => Shard(index) == Shard(shard))));

        using Backbone backbone = BackboneLoader.Open(ResNet(), outputCount: null, seed: 0, _hub.Options);

        foreach ((string name, Tensor tensor) in filled)
            Assert.Equal(Numbers.Of(tensor), Numbers.Of(backbone.Network, name));

        static string Shard(int index) => $"model-0000{index % 2 + 1}-of-00002.safetensors";
    }

    [Fact]
    public void Open_ShardWithoutATensorOfTheIndex_NamesBoth()
    {
        using StateDict part = new() { { "conv1.weight", zeros(1) } };
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);
        _hub.Files["model.safetensors.index.json"] = Index([("conv1.weight", "a.safetensors"), ("bn1.weight", "a.safetensors")]);
        _hub.Files["a.safetensors"] = Saved(part);

        var error = Assert.Throws<WeightsFormatException>(() => BackboneLoader.Open(ResNet(), outputCount: null, seed: 0, _hub.Options));

        Assert.Contains("a.safetensors", error.Message);
        Assert.Contains("'bn1.weight'", error.Message);
    }

    [Theory]
    [InlineData("../../../outside.safetensors")]
    [InlineData("/outside.safetensors")]
    [InlineData("program.py")]
    public void Open_IndexThatNamesNoFileBesideIt_IsRefused(string file)
    {
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);
        _hub.Files["model.safetensors.index.json"] = Index([("conv1.weight", file)]);

        var error = Assert.Throws<WeightsFormatException>(() => BackboneLoader.Open(ResNet(), outputCount: null, seed: 0, _hub.Options));

        Assert.Contains($"'{file}'", error.Message);
    }

    [SkippableFact]
    public void Open_RepositoryWithAPickleAlone_ReadsIt()
    {
        _hub.Files["pytorch_model.bin"] = File.ReadAllBytes(ReferenceData.Require("reference/checkpoints/zip.pth"));

        var error = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(
            Pretrained.ResNet18() with { Weights = new WeightsSource.HuggingFace(LoopbackHub.Repository) { Rename = WeightsRename.By(key => key) } }, outputCount: null, seed: 0, _hub.Options));

        Assert.Contains("pytorch_model.bin", error.Origin);
    }

    [Fact]
    public void Open_RepositoryWithoutWeights_SaysWhatWasLookedFor()
    {
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);

        var error = Assert.Throws<WeightsUnavailableException>(() => BackboneLoader.Open(ResNet(), outputCount: null, seed: 0, _hub.Options));

        Assert.Contains("model.safetensors, model.safetensors.index.json, pytorch_model.bin", error.Message);
    }

    [Fact]
    public void Open_AsAnotherNetworkThanTheRepositorys_IsRefused()
    {
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes(Config);

        var error = Assert.Throws<ArgumentException>(() => BackboneLoader.Open(
            Pretrained.ResNet50() with { Weights = new WeightsSource.HuggingFace(LoopbackHub.Repository) }, outputCount: null, seed: 0, _hub.Options));

        Assert.Contains("resnet18, not of resnet50", error.Message);
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    private static PretrainedBackbone ResNet() => Pretrained.ResNet18() with { Weights = new WeightsSource.HuggingFace(LoopbackHub.Repository) };

    private static StateDict Filled(string network)
    {
        using nn.Module<Tensor, Tensor> built = Pretrained.ByName(network).Build();
        FilledWeights.Fill(built);
        return NetworkWeights.Of(built);
    }

    private static StateDict Part(StateDict weights, IEnumerable<string> names)
    {
        var part = new StateDict();
        foreach (string name in names)
            part.Add(name, weights[name].alias());
        return part;
    }

    private static byte[] Index(IEnumerable<(string Tensor, string File)> entries) => Encoding.UTF8.GetBytes(
        $$"""{"metadata": {"total_size": 1}, "weight_map": { {{string.Join(", ", entries.Select(entry => $"\"{entry.Tensor}\": \"{entry.File}\""))}} } }""");

    private byte[] Saved(StateDict weights)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.safetensors");
        Safetensors.Write(path, weights.Select(entry => (entry.Key, entry.Value)));
        return File.ReadAllBytes(path);
    }
}
