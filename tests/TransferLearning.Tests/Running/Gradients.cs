using static TorchSharp.torch;

namespace TransferLearning.Tests.Running;

/// <summary>Whether torch records gradients on the calling thread, as every test must leave it.</summary>
internal static class Gradients
{
    [ThreadStatic]
    private static bool _lost;

    /// <summary>Whether no gradients are recorded, told once on each thread.</summary>
    public static bool AreLostHere()
    {
        if (_lost)
            return false;
        using Tensor weight = ones(1, requires_grad: true);
        using Tensor square = weight.square();
        return _lost = !square.requires_grad;
    }
}
