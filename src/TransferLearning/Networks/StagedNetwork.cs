using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// A network whose forward pass is a chain of its stages. Only such a network can be entered half way: what is frozen
/// below is then computed once instead of every epoch. Every built-in network is one.
/// </summary>
/// <param name="name">The name of the network's type.</param>
public abstract class StagedNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>
    /// The forward pass in parts, one for each stage of the network's metadata, in their order. Each borrows what the one
    /// before gave, and gives a tensor of its own. What the last but one gives are the features, float32 [N, features].
    /// </summary>
    public abstract IReadOnlyList<Func<Tensor, Tensor>> Steps { get; }

    /// <summary>Goes through all stages.</summary>
    /// <param name="images">float [N, 3, H, W], normalised; borrowed.</param>
    /// <returns>float32 [N, classes]; the caller disposes it.</returns>
    public sealed override Tensor forward(Tensor images) => Run(images, 0, Steps.Count);

    /// <summary>What a stage gave, with the axes in PyTorch's order, [N, channels, H, W], where it is maps; a network that keeps its channels last moves them.</summary>
    /// <returns>A view; the caller disposes it.</returns>
    internal virtual Tensor ChannelsFirst(Tensor output) => output.alias();

    /// <summary>Goes through the stages from <paramref name="first"/> to before <paramref name="end"/>; at least one.</summary>
    internal Tensor Run(Tensor input, int first, int end)
    {
        IReadOnlyList<Func<Tensor, Tensor>> steps = Steps;
        Tensor output = steps[first](input);
        for (int stage = first + 1; stage < end; stage++)
        {
            using Tensor before = output;
            output = steps[stage](before);
        }
        return output;
    }
}
