using System.Text.Json;
using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class TensorOrderTests : IDisposable
{
    private static readonly string[] _order =
        ["body.weight", "body.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "head.weight", "head.bias"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Open_ByOrderAFileOfOtherNames_GivesEachTensorItsPlace()
    {
        string path = Save(TinyNetwork.Build(5), Old);

        using Backbone backbone = BackboneLoader.Open(Tiny().WithWeights(path, WeightsRename.ByOrder), outputCount: null, seed: 1);

        Assert.Equal(8, backbone.LoadReport!.Loaded.Count);
        Assert.Equal(["norm.num_batches_tracked"], backbone.LoadReport.Kept);
        foreach ((int place, string name) in _order.Index())
            Assert.All(Numbers.Of(backbone.Network, name), found => Assert.Equal(place, found));
    }

    [Fact]
    public void Open_ByOrderAHeadOfAnotherSizeOrNone_IsForTheRest()
    {
        string[] head = ["head.weight", "head.bias"];
        string other = Save(TinyNetwork.Build(9), Old);
        using Backbone nine = BackboneLoader.Open(Tiny().WithWeights(other, WeightsRename.ByOrder), outputCount: null, seed: 1);
        string none = Save(TinyNetwork.Build(5), (name, index) => head.Contains(name) ? null : Old(name, index));
        using Backbone two = BackboneLoader.Open(Tiny().WithWeights(none, WeightsRename.ByOrder), outputCount: 2, seed: 1);

        Assert.Equal(9, nine.OutputCount);
        Assert.Equal(2, two.OutputCount);
        Assert.Equal(head.Order(), two.LoadReport!.Skipped.Order());
        Assert.All(Numbers.Of(two.Network, "norm.running_var"), found => Assert.Equal(5, found));
    }

    [Fact]
    public void Open_ByOrderAFileOfTheNetworksNames_LeavesThem()
    {
        string path = Save(TinyNetwork.Build(5), (name, _) => name, reverse: true);

        using Backbone backbone = BackboneLoader.Open(Tiny().WithWeights(path, WeightsRename.ByOrder), outputCount: null, seed: 1);

        Assert.All(Numbers.Of(backbone.Network, "norm.running_var"), found => Assert.Equal(5, found));
    }

    [Fact]
    public void Open_ByOrderAFileOfOtherShapes_SaysWhere()
    {
        string path = Save(TinyNetwork.Build(5), Old, reverse: true);

        var error = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(Tiny().WithWeights(path, WeightsRename.ByOrder), outputCount: 2, seed: 1));

        Assert.Contains("not in the network's order: 'old.7.bias' [5] would become 'body.weight' [4, 3, 3, 3]", error.Message);
    }

    [Fact]
    public void Open_ByOrderAFileSortedByName_IsRefusedThoughShapesAgree()
    {
        // A norm's four tensors are of one shape, so that only their own names tell them apart.
        string path = Save(nn.Sequential(("norm", nn.BatchNorm2d(4))), (name, _) => $"old.{LastPart(name)}", reverse: true);
        using nn.Module<Tensor, Tensor> network = nn.Sequential(("norm", nn.BatchNorm2d(4)));
        using StateDict weights = WeightsFile.Read(path);
        using var stored = StoredWeights.Of(weights);

        var error = Assert.Throws<WeightsMismatchException>(() => WeightsRename.ByOrder.Apply(stored, network, _ => false));

        Assert.Contains("'old.running_var' would become 'norm.weight'", error.Message);
    }

    [Fact]
    public void Open_ByOrderAFileWithATensorMore_SaysHowMany()
    {
        string path = Save(TinyNetwork.Build(5), Old, more: true);

        var error = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(Tiny().WithWeights(path, WeightsRename.ByOrder), outputCount: 2, seed: 1));

        Assert.Contains("the weights hold 9 tensors and the network 8", error.Message);
    }

    [Fact]
    public void Open_WithoutARenameWhereOrderFits_NamesByOrder()
    {
        string path = Save(TinyNetwork.Build(5), Old);
        var fits = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(Tiny().WithWeights(path), outputCount: 2, seed: 1));
        Save(TinyNetwork.Build(5), Old, reverse: true);
        var differs = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(Tiny().WithWeights(path), outputCount: 2, seed: 1));

        Assert.Contains("load them with WeightsRename.ByOrder", fits.Message);
        Assert.DoesNotContain("ByOrder", differs.Message);
    }

    [SkippableFact]
    public void Open_ByOrderOfTheRealEfficientNetLite_IsItsKeyMap()
    {
        string path = ReferenceData.Require("weights/efficientnet_lite0-57934424.pth");
        using JsonDocument reference = ReferenceData.RequireJson("reference/real_efficientnet_lite0.json");
        Dictionary<string, string> expected = reference.RootElement.GetProperty("key_map").EnumerateArray().ToDictionary(pair => pair[0].GetString()!, pair => pair[1].GetString()!);
        using Backbone backbone = BuiltForSide.Open("tf_efficientnet_lite0", 224);
        using StoredWeights weights = WeightsFile.Open(path);

        TensorOrder order = TensorOrder.Compare(weights, backbone.Network, backbone.Info.IsHead);

        Assert.True(order.Difference is null, order.Difference);
        Assert.Equal(expected.OrderBy(pair => pair.Key), order.Names!.OrderBy(pair => pair.Key).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value!)));
    }

    // A file of PyTorch's begins with the first layer and ends with the last. The attention of Swin v2 registers its parts in another order.
    [SkippableTheory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void Network_BesidePyTorchs_HasItsTensorsInTheSameOrder(string name)
    {
        if (name.StartsWith("swin_v2"))
            return;
        ReferenceNetwork reference = ReferenceNetwork.Require(name);
        using Backbone backbone = BuiltForSide.Open(name, reference.InputSize);
        using var weights = new StateDict();
        foreach ((string key, long[] shape) in reference.Shapes)
            weights.Add(key, empty(shape, device: META));
        using var stored = StoredWeights.Of(weights);

        TensorOrder order = TensorOrder.Compare(stored, backbone.Network, backbone.Info.IsHead);

        Assert.True(order.Difference is null, order.Difference);
        Assert.All(order.Names!, pair => Assert.Equal(pair.Key, pair.Value));
    }

    public void Dispose() => _folder.Dispose();

    private static PretrainedBackbone Tiny() => Pretrained.From(TinyNetwork.Build, TinyNetwork.Info);

    private static string Old(string name, int index) => $"old.{index}.{LastPart(name)}";

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    /// <summary>Writes a network's tensors in PyTorch's order, without batch counters, each of the value of its place.</summary>
    private string Save(nn.Module network, Func<string, int, string?> rename, bool reverse = false, bool more = false)
    {
        string path = _folder.File("old.safetensors");
        using var scope = NewDisposeScope();
        using (network)
        {
            Dictionary<string, Tensor> tensors = network.state_dict();
            List<(string Name, Tensor Tensor)> saved =
            [
                .. _order.Where(tensors.ContainsKey).Index().Where(entry => rename(entry.Item, entry.Index) is not null)
                    .Select(entry => (rename(entry.Item, entry.Index)!, full_like(tensors[entry.Item], entry.Index))),
            ];
            if (reverse)
                saved.Reverse();
            if (more)
                saved.Add(("old.8.weight", ones(1)));
            Safetensors.Write(path, saved);
        }
        return path;
    }
}
