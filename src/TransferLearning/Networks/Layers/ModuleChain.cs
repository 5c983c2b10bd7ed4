using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Hands a tensor from module to module so that a forward pass reads as the chain it is and keeps no tensor longer than needed.</summary>
internal static class ModuleChain
{
    /// <summary>Calls a module, hooks included, and disposes its input, unless that is what it gives back; autograd keeps what it needs itself.</summary>
    public static Tensor Then(this Tensor input, nn.Module<Tensor, Tensor> next)
    {
        Tensor output = input;
        try
        {
            output = next.call(input);
        }
        finally
        {
            if (!ReferenceEquals(output, input))
                input.Dispose();
        }
        return output;
    }

    /// <summary>Adds the borrowed <paramref name="shortcut"/> and disposes the other input; hands that on where there is no addition.</summary>
    public static Tensor Then(this Tensor residual, Addition? addition, Tensor shortcut)
    {
        if (addition is null)
            return residual;
        using (residual)
            return addition.call(residual, shortcut);
    }
}
