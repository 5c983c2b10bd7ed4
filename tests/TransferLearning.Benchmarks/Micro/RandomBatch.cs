using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>Numbers in the place of photographs: a network takes as long over them.</summary>
internal static class RandomBatch
{
    /// <summary>float32 [count, 3, 224, 224] in channels-last memory, as the loader's batches are.</summary>
    public static Tensor Images(int count) => randn(count, 224, 224, 3).permute(0, 3, 1, 2);

    /// <summary>int64 [count], all of the first class.</summary>
    public static Tensor Targets(int count) => zeros(count, dtype: ScalarType.Int64);
}
