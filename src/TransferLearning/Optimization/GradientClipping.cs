using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Optimization;

/// <summary>Shortens gradients that are too long together, keeping their direction.</summary>
/// <remarks>R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.</remarks>
internal static class GradientClipping
{
    private const double Safety = 1e-6; // as PyTorch adds to the divisor

    /// <summary>Scales all gradients in place by maximum / norm where their joint norm exceeds the maximum.</summary>
    public static void Clip(IEnumerable<Parameter> parameters, double maximum)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return;

        double norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        if (norm + Safety <= maximum)
            return;
        using Scalar factor = maximum / (norm + Safety);
        foreach (Tensor gradient in gradients)
            gradient.mul_(factor);
    }
}
