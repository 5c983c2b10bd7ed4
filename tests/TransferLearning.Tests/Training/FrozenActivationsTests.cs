using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class FrozenActivationsTests : IDisposable
{
    private const int Images = 12;
    private const int Everything = int.MaxValue;

    private readonly PretrainedBackbone _pretrained = StagedSmallNetwork.Pretrained();
    private readonly Backbone _backbone;
    private int _seen;

    public FrozenActivationsTests()
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
        using FrozenActivations activations = Make(Everything);

        float[] expected = Logits(activations, frozenStages: 0);

        Assert.Equal(expected, Logits(activations, stages));
        Assert.Equal(expected, Logits(activations, stages));
    }

    [Fact]
    public void Batches_AskedForAgain_AreNotComputedAgain()
    {
        using FrozenActivations activations = Make(Everything);

        Logits(activations, frozenStages: 1);
        Logits(activations, frozenStages: 1);

        Assert.Equal(Images, _seen);
    }

    [Fact]
    public void Batches_AfterFewerStagesStandStill_AreComputedAgain()
    {
        using FrozenActivations activations = Make(Everything);

        Logits(activations, frozenStages: 2);
        Logits(activations, frozenStages: 1);

        Assert.Equal(2 * Images, _seen);
    }

    [Fact]
    public void Batches_AfterAStageLearnedInBetween_AreComputedAgain()
    {
        using FrozenActivations activations = Make(Everything);
        float[] before = Logits(activations, frozenStages: 1);

        Logits(activations, frozenStages: 0);
        using (no_grad())
            ((StagedSmallNetwork)_backbone.Network).conv1.weight.zero_();

        Assert.NotEqual(before, Logits(activations, frozenStages: 1));
    }

    [Fact]
    public void Batches_BeyondTheBudget_AreComputedEachTime()
    {
        using FrozenActivations activations = Make(maximumBytes: 9000); // the first batch alone would fit

        float[] first = Logits(activations, frozenStages: 1);
        float[] second = Logits(activations, frozenStages: 1);

        Assert.Equal(first, second);
        Assert.Equal(2 * Images, _seen);
    }

    [Fact]
    public void Batches_LeftHalfWay_AreComputedAgain()
    {
        using FrozenActivations activations = Make(Everything);

        activations.Batches(1, CancellationToken.None).First().Dispose();
        Logits(activations, frozenStages: 1);

        Assert.True(_seen > Images);
    }

    public void Dispose() => _backbone.Dispose();

    private FrozenActivations Make(long maximumBytes)
    {
        var loader = new BatchLoader(
            ToyImages.Source(each: Images / 3, seed: 2),
            TransformPipeline.ForEvaluation(_pretrained.Info.Preprocessing),
            ChannelStatistics.ImageNet,
            new ImageReader(new SkiaImageDecoder()),
            new BatchLoaderOptions { BatchSize = 4, Workers = 0 });
        return new FrozenActivations(loader, _backbone, CPU, maximumBytes);
    }

    private float[] Logits(FrozenActivations activations, int frozenStages)
    {
        using IDisposable noGradient = no_grad();
        var logits = new List<float>();
        foreach (Batch batch in activations.Batches(frozenStages, CancellationToken.None))
        {
            using (batch)
            using (Tensor output = _backbone.Forward(batch.Images, batch.FirstStage))
                logits.AddRange(output.data<float>());
        }
        return [.. logits];
    }
}
