using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class StateDictLoaderTests
{
    [Fact]
    public void Load_SameNamesAndShapes_FillsInPlace()
    {
        using nn.Module network = Network();
        using StateDict weights = Constant(Network(), 3);
        Tensor parameter = network.get_parameter("linear.weight")!;

        LoadReport report = StateDictLoader.Load(network, StoredWeights.Of(weights), _ => false);

        Assert.Equal(7, report.Loaded.Count);
        Assert.Empty(report.Skipped);
        Assert.Empty(report.Kept);
        Assert.All(Numbers.Of(parameter), value => Assert.Equal(3, value));
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public void Load_HalfPrecisionWeights_AreConverted()
    {
        using nn.Module network = Network();
        using StateDict weights = Constant(Network(), 0.5f, ScalarType.Float16);

        StateDictLoader.Load(network, StoredWeights.Of(weights), _ => false);

        Assert.Equal(ScalarType.Float32, network.get_parameter("linear.weight")!.dtype);
        Assert.All(Numbers.Of(network, "linear.weight"), value => Assert.Equal(0.5, value));
    }

    [Fact]
    public void Load_WithoutBatchCounters_KeepsThem()
    {
        using nn.Module network = Network();
        using StateDict weights = Constant(Network(), 3);
        weights.Rename(name => name == "norm.num_batches_tracked" ? null : name);

        LoadReport report = StateDictLoader.Load(network, StoredWeights.Of(weights), _ => false);

        Assert.Equal(["norm.num_batches_tracked"], report.Kept);
    }

    [Fact]
    public void Load_WeightsThatDoNotFit_ReportsAllAndChangesNothing()
    {
        using nn.Module network = Network();
        double[] before = Numbers.Of(network, "norm.weight");
        using StateDict weights = Constant(Network(), 3);
        weights.Rename(name => name is "norm.bias" or "linear.bias" ? null : name);
        weights.Add("linear.bias", ones(1));
        weights.Add("fc.weight", ones(2));

        var error = Assert.Throws<WeightsMismatchException>(() => StateDictLoader.Load(network, StoredWeights.Of(weights), _ => false));

        Assert.Equal(["norm.bias"], error.Missing);
        Assert.Equal(["fc.weight"], error.Unexpected);
        Assert.Equal(["linear.bias ([1] instead of [2])"], error.Different);
        Assert.Contains("1 missing from the weights: norm.bias.", error.Message);
        Assert.Equal(before, Numbers.Of(network, "norm.weight"));
    }

    [Fact]
    public void Load_ManyMissing_ShowsTenAndTheirNumber()
    {
        using nn.Module network = nn.Sequential(Enumerable.Range(0, 12).Select(i => ($"layer{i:00}", (nn.Module<Tensor, Tensor>)nn.Linear(1, 1, hasBias: false))));
        using var weights = new StateDict();

        var error = Assert.Throws<WeightsMismatchException>(() => StateDictLoader.Load(network, StoredWeights.Of(weights), _ => false));

        Assert.Contains("12 missing from the weights: layer00.weight", error.Message);
        Assert.Contains("layer09.weight and 2 more.", error.Message);
        Assert.DoesNotContain("layer10", error.Message);
    }

    [Fact]
    public void Load_SkippedNames_AreLeftAndReported()
    {
        using nn.Module network = Network();
        using StateDict weights = Constant(Network(), 3);
        weights.Rename(name => name == "linear.bias" ? "linear.offset" : name);
        double[] before = Numbers.Of(network, "linear.weight");

        LoadReport report = StateDictLoader.Load(network, StoredWeights.Of(weights), name => name.StartsWith("linear."));

        Assert.Equal(["linear.bias", "linear.offset", "linear.weight"], report.Skipped.Order());
        Assert.Equal(before, Numbers.Of(network, "linear.weight"));
    }

    private static nn.Module<Tensor, Tensor> Network() => nn.Sequential(("norm", nn.BatchNorm1d(3)), ("linear", nn.Linear(3, 2)));

    private static StateDict Constant(nn.Module like, float value, ScalarType type = ScalarType.Float32)
    {
        using (like)
        {
            var weights = new StateDict();
            foreach ((string name, Tensor tensor) in like.state_dict())
                weights.Add(name, full(tensor.shape, value, tensor.is_floating_point() ? type : tensor.dtype));
            return weights;
        }
    }
}
