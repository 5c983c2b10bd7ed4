using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>Gives values another shape. A module, so that hooks see it.</summary>
/// <param name="template">Lengths; 0 for that of the input's axis, -1 for the one that follows.</param>
internal sealed class Reshaping(long[] template) : nn.Module<Tensor, Tensor>(nameof(Reshaping)), IGraphLayer
{
    /// <param name="input">Any shape; borrowed.</param>
    /// <returns>A view, if possible; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => input.reshape([.. template.Select((length, axis) => length == 0 ? input.shape[axis] : length)]);

    public GraphOperation Describe() => new("Reshape", ("shape", template));
}
