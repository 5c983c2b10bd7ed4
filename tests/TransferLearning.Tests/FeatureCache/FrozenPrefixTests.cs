using TransferLearning.Batching;
using TransferLearning.FeatureCache;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FrozenPrefixTests : IDisposable
{
    private const int Images = 12;
    private const int Everything = int.MaxValue;

    private readonly PretrainedBackbone _pretrained = StagedSmallNetwork.Pretrained();
    private readonly Backbone _backbone;
    private int _seen;

    public FrozenPrefixTests()
    {
        var network = (StagedSmallNetwork)_pretrained.Build();
        network.conv1.register_forward_pre_hook((_, input) =>
        {
            _seen += (int)input.shape[0];
            return input;
        });
        network.eval();
        _backbone = new Backbone(network, _pretrained.Info);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Batches_OfAnyNumberOfStages_LeadToTheLogitsOfTheImages(int stages)
    {
        using FrozenPrefix prefix = Make(Everything);

        float[] expected = Logits(prefix, frozenStages: 0);

        Assert.Equal(expected, Logits(prefix, stages));
        Assert.Equal(expected, Logits(prefix, stages));
    }

    [Fact]
    public void Batches_AskedForAgain_AreNotComputedAgain()
    {
        using FrozenPrefix prefix = Make(Everything);

        Logits(prefix, frozenStages: 1);
        Logits(prefix, frozenStages: 1);

        Assert.Equal(Images, _seen);
    }

    [Fact]
    public void Batches_AfterFewerStagesStandStill_AreComputedAgain()
    {
        using FrozenPrefix prefix = Make(Everything);

        Logits(prefix, frozenStages: 2);
        Logits(prefix, frozenStages: 1);

        Assert.Equal(2 * Images, _seen);
    }

    [Fact]
    public void Batches_AfterAStageLearnedInBetween_AreComputedAgain()
    {
        using FrozenPrefix prefix = Make(Everything);
        float[] before = Logits(prefix, frozenStages: 1);

        Logits(prefix, frozenStages: 0);
        using (no_grad())
            ((StagedSmallNetwork)_backbone.Network).conv1.weight.zero_();

        Assert.NotEqual(before, Logits(prefix, frozenStages: 1));
    }

    [Fact]
    public void Batches_AfterOtherWeightsTookThePlaceOfTheFrozenOnes_AreComputedAgain()
    {
        using FrozenPrefix prefix = Make(Everything);
        float[] before = Logits(prefix, frozenStages: 1);

        using (no_grad())
            ((StagedSmallNetwork)_backbone.Network).conv1.weight.zero_();

        Assert.NotEqual(before, Logits(prefix, frozenStages: 1));
    }

    [Fact]
    public void Batches_BeyondTheBudget_AreComputedEachTime()
    {
        using FrozenPrefix prefix = Make(maximumBytes: 9000); // the first batch alone would fit

        float[] first = Logits(prefix, frozenStages: 1);
        float[] second = Logits(prefix, frozenStages: 1);

        Assert.Equal(first, second);
        Assert.Equal(2 * Images, _seen);
    }

    [Fact]
    public void Batches_LeftHalfWay_AreComputedAgain()
    {
        using FrozenPrefix prefix = Make(Everything);

        prefix.After(1).GetBatches(1).First().Dispose();
        Logits(prefix, frozenStages: 1);

        Assert.True(_seen > Images);
    }

    public void Dispose() => _backbone.Dispose();

    private FrozenPrefix Make(long maximumBytes)
    {
        var loader = new BatchLoader(
            ToyImages.Source(each: Images / 3, seed: 2),
            TransformPipeline.ForEvaluation(_pretrained.Info.Preprocessing),
            ChannelStatistics.ImageNet,
            new ImageReader(new SkiaImageDecoder()),
            new BatchLoaderOptions { BatchSize = 4, Workers = 0 });
        return new FrozenPrefix(loader, _backbone, CPU, maximumBytes);
    }

    private float[] Logits(FrozenPrefix prefix, int frozenStages)
    {
        using IDisposable noGradient = no_grad();
        var logits = new List<float>();
        foreach (Batch batch in prefix.After(frozenStages).GetBatches(1))
        {
            using (batch)
            using (Tensor output = _backbone.Forward(batch.Images, batch.FirstStage))
                logits.AddRange(output.data<float>());
        }
        return [.. logits];
    }
}
