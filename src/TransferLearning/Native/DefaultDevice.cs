using static TorchSharp.torch;

namespace TransferLearning.Native;

/// <summary>The device of fits and predictors that name none.</summary>
internal static class DefaultDevice
{
    /// <summary>The CPU. The suite of tests sets another to run on it.</summary>
    public static Device Value { get; set; } = CPU;
}
