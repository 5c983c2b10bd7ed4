using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class BatchNormalizationTests
{
    /// <summary>PyTorch raises "Expected more than 1 value per channel when training, got input size [1, 8, 1, 1]".</summary>
    [Fact]
    public void Forward_OneValuePerChannelInTraining_IsRefusedByNameAndLeavesTheStatistics()
    {
        using var norm = new BatchNormalization(8);
        using Tensor input = randn(1, 8, 1, 1);

        var error = Assert.Throws<ArgumentException>(() => norm.forward(input));

        Assert.Contains("more than one value per channel; the input is [1, 8, 1, 1]", error.Message);
        Assert.Contains("Use a larger batch, drop an incomplete last batch", error.Message);
        Assert.Equal(0, norm.num_batches_tracked!.item<long>());
        Assert.True(norm.running_mean!.eq(zeros(8)).all().item<bool>());
    }

    [Theory]
    [InlineData(2, 1, 1, true)]
    [InlineData(1, 2, 1, true)]
    [InlineData(1, 1, 2, true)]
    [InlineData(1, 1, 1, false)]
    public void Forward_MoreValuesOrEvaluation_IsComputed(long images, long height, long width, bool training)
    {
        using var norm = new BatchNormalization(8);
        norm.train(training);
        using Tensor input = randn(images, 8, height, width);

        using Tensor output = norm.forward(input);

        Assert.True(output.isfinite().all().item<bool>());
    }
}
