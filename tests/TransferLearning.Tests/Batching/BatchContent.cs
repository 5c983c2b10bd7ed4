using TransferLearning.Batching;

namespace TransferLearning.Tests.Batching;

/// <summary>The numbers of a batch: pixels in the order of its shape.</summary>
internal sealed record BatchContent(int[] Indices, long[] Targets, float[] Pixels)
{
    public static BatchContent Of(Batch batch)
    {
        using TorchSharp.torch.Tensor contiguous = batch.Images.contiguous();
        return new([.. batch.Indices], batch.Targets.data<long>().ToArray(), contiguous.data<float>().ToArray());
    }

    public static void AssertSame(IReadOnlyList<BatchContent> expected, IReadOnlyList<BatchContent> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((BatchContent one, BatchContent other) in expected.Zip(actual))
        {
            Assert.Equal(one.Indices, other.Indices);
            Assert.Equal(one.Targets, other.Targets);
            Assert.Equal(Bits(one), Bits(other));
        }
    }

    private static int[] Bits(BatchContent content) => Array.ConvertAll(content.Pixels, BitConverter.SingleToInt32Bits);
}
