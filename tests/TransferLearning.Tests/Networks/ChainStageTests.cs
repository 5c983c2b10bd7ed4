using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

public sealed class ChainStageTests
{
    [Fact]
    public void Sequence_OfSeveralStages_CountsThroughTheChain()
    {
        ChainStage[] stages = ChainStage.Sequence(("stem", 2), ("stage1", 1), ("top", 3));

        Assert.Equal([new("stem", 0, 2), new("stage1", 2, 3), new("top", 3, 6)], stages);
    }

    [Fact]
    public void Of_KeyOfTheChainAndMore_NamesEachModuleAndWhatIsBesides()
    {
        Stage stage = new ChainStage("top", 3, 5).Of("features", "classifier.0");

        Assert.Equal("top", stage.Name);
        Assert.Equal(["features.3", "features.4", "classifier.0"], stage.Prefixes);
    }

    [Fact]
    public void In_AChain_GoesThroughTheStagesModulesAlone()
    {
        using var chain = new Chain(Enumerable.Range(0, 4).Select(_ => new Doubling()));
        using Tensor one = ones(1);

        using Tensor output = new ChainStage("middle", 1, 3).In(chain)(one);

        Assert.Equal(4, output.item<float>());
    }

    private sealed class Doubling() : nn.Module<Tensor, Tensor>(nameof(Doubling))
    {
        public override Tensor forward(Tensor input) => input.add(input);
    }
}
