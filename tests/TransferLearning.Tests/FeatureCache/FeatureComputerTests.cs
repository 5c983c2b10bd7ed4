using TransferLearning.Batching;
using TransferLearning.FeatureCache;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Tests.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FeatureComputerTests
{
    private const int Rows = 16;
    private const int Side = 64;

    [Theory]
    [InlineData("resnet18")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("densenet121")]
    [InlineData("shufflenet_v2_x0_5")]
    public void Compute_OfPartOfABatchFilledUp_GivesItsFeaturesInTheWholeBatch(string network)
    {
        using var scope = NewDisposeScope();
        using Backbone backbone = DrawnWeights.Open(network, Side);
        backbone.Network.train();
        var computer = new FeatureComputer(backbone, CPU, () => TorchThreads.Use(1));
        Tensor images = rand([Rows, Side, Side, 3], generator: new Generator(1)).permute(0, 3, 1, 2);
        using var whole = new Batch(images.alias(), zeros(Rows), [.. Enumerable.Range(0, Rows)]);
        using var part = new Batch(images.narrow(0, 6, 5), zeros(5), [.. Enumerable.Range(0, 5)]);

        using (computer.Evaluate())
        using (computer.Hold())
            Assert.Equal(computer.Compute(whole, Rows)[6..11], computer.Compute(part, Rows));
        Assert.True(backbone.Network.training);
    }

    [Fact]
    public void Round_OfFeaturesThatHalfPrecisionCannotHold_LeavesAll()
    {
        float[] beyond = [0.1f, 65520f];
        float[] within = [0.1f, 65519f];

        FeatureRecord.Round(beyond);
        FeatureRecord.Round(within);

        Assert.Equal([0.1f, 65520f], beyond);
        Assert.Equal([(float)(Half)0.1f, 65504f], within);
    }
}
