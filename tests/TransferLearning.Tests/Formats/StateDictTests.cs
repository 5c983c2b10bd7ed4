using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class StateDictTests
{
    [Fact]
    public void Add_NameTwice_ThrowsAndFreesTheTensor()
    {
        using var tensors = new StateDict { Origin = "x.pth" };
        tensors.Add("a", ones(1));
        Tensor second = ones(1);

        var error = Assert.Throws<ArgumentException>(() => tensors.Add("a", second));

        Assert.Contains("'x.pth' holds two tensors named 'a'", error.Message);
        Assert.True(second.IsInvalid);
    }

    [Fact]
    public void Rename_ToNull_DropsAndFrees()
    {
        using var tensors = new StateDict();
        Tensor dropped = ones(1);
        tensors.Add("a", dropped);
        tensors.Add("b", ones(1));

        tensors.Rename(name => name == "a" ? null : "c");

        Assert.Equal(["c"], tensors.Keys);
        Assert.True(dropped.IsInvalid);
    }

    [Fact]
    public void Rename_TwoToOneName_ChangesNothing()
    {
        using var tensors = new StateDict();
        tensors.Add("a", ones(1));
        tensors.Add("b", ones(1));

        Assert.Throws<ArgumentException>(() => tensors.Rename(_ => "c"));

        Assert.Equal(["a", "b"], tensors.Keys);
        Assert.Equal(1f, tensors["b"].item<float>());
    }

    [Fact]
    public void RenameByTable_NamesOutsideIt_Stay()
    {
        var rename = WeightsRename.ByTable(new Dictionary<string, string?> { ["a"] = "b", ["c"] = null });

        Assert.Equal(["b", "d"], Renamed(rename, "a", "c", "d"));
    }

    [Fact]
    public void RenameByPrefix_FirstThatFits_IsReplaced()
    {
        var rename = WeightsRename.ByPrefix(("features.0.", "stem."), ("features.", "blocks."));

        Assert.Equal(["stem.weight", "blocks.1.weight", "fc.weight"], Renamed(rename, "features.0.weight", "features.1.weight", "fc.weight"));
    }

    private static IEnumerable<string> Renamed(WeightsRename rename, params string[] names)
    {
        using var weights = new StateDict();
        foreach (string name in names)
            weights.Add(name, zeros(1));
        using var stored = StoredWeights.Of(weights);
        using nn.Module network = nn.Identity();
        rename.Apply(stored, network, _ => false);
        return stored.Keys;
    }
}
