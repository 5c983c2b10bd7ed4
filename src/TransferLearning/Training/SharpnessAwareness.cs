using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>Sharpness-aware minimization: gradients at the weights of the highest loss within a radius, to first order, instead of at the weights themselves.
/// </summary>
/// <remarks>P. Foret, A. Kleiner, H. Mobahi and B. Neyshabur, "Sharpness-Aware Minimization for Efficiently Improving Generalization", ICLR 2021. Running
/// statistics of batch norms learn from the first pass alone.</remarks>
internal sealed class SharpnessAwareness(StepContext context, double radius)
{
    private const double Safety = 1e-12; // against a gradient of 0

    /// <summary>Computes gradients at the perturbed weights, which are then put back as they were.</summary>
    /// <param name="pass">The forward pass at the weights themselves.</param>
    /// <param name="backwardThere">Forward and backward passes at the perturbed weights; adds to the gradients that were there before.</param>
    /// <exception cref="TrainingDivergedException">The loss there is infinite or NaN.</exception>
    public void Backward(ForwardPass pass, Action backwardThere)
    {
        Parameter[] trained = [.. context.Backbone.Network.parameters().Where(parameter => parameter.requires_grad)];
        Tensor?[] accumulated = [.. trained.Select(parameter => parameter.grad)];
        foreach (Parameter parameter in trained)
            parameter.grad = null;
        pass.Loss.backward();

        (Tensor Value, Tensor Copy)[] kept = [.. trained.Concat(RunningStatistics()).Select(tensor => (tensor, tensor.detach().clone()))];
        try
        {
            Perturb(trained);
            foreach ((Parameter parameter, Tensor? before) in trained.Zip(accumulated))
                parameter.grad = before;
            backwardThere();
        }
        finally
        {
            using IDisposable noGradient = no_grad();
            foreach ((Tensor value, Tensor copy) in kept)
                value.copy_(copy);
        }
    }

    private IEnumerable<Tensor> RunningStatistics() => context.Backbone.Network.modules().OfType<BatchNorm>()
        .Where(norm => norm.training).SelectMany(norm => norm.buffers(recurse: false));

    private void Perturb(Parameter[] trained)
    {
        using IDisposable noGradient = no_grad();
        (Parameter Parameter, Tensor Gradient)[] moved =
            [.. trained.Select(parameter => (Parameter: parameter, Gradient: parameter.grad!)).Where(entry => entry.Gradient is not null)];
        if (moved.Length == 0)
            return;
        double norm = stack(moved.Select(entry => entry.Gradient.norm())).norm().item<float>();
        using Scalar length = radius / (norm + Safety);
        foreach ((Parameter parameter, Tensor gradient) in moved)
            parameter.add_(gradient, length);
    }
}
