using TransferLearning.Networks.Graph;

namespace TransferLearning.Networks.Layers;

/// <summary>Drops a residual branch for some images of a training batch, and leaves the shortcut alone with them.</summary>
/// <param name="probability">How often the branch is dropped, 0 to below 1.</param>
/// <remarks>G. Huang et al., "Deep Networks with Stochastic Depth", ECCV 2016; "row" mode: each image has a draw of its own.</remarks>
internal sealed class StochasticDepth(double probability) : KeyedDropout(nameof(StochasticDepth), probability)
{
    public override GraphOperation Describe() => DescribeAs(nameof(StochasticDepth));

    private protected override long[] MaskShape(long[] input) => [input[0], .. Enumerable.Repeat(1L, input.Length - 1)];
}
