using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// A network whose forward pass is a chain of its stages. Only such a network can be entered half way: what is frozen
/// below is then computed once instead of every epoch. Every built-in network is one.
/// </summary>
/// <param name="name">The name of the network's type.</param>
public abstract class StagedNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    // What a backbone was given in place of the last step; a private field is no component of the network, so its names stay as they are.
    private nn.Module<Tensor, Tensor>? _head;

    /// <summary>
    /// The forward pass in parts, one for each stage of the network's metadata, in their order. Each borrows what the one
    /// before gave, and gives a tensor of its own. What the last but one gives are the features, float32 [N, features].
    /// </summary>
    public abstract IReadOnlyList<Func<Tensor, Tensor>> Steps { get; }

    /// <summary>Goes through all stages.</summary>
    /// <param name="images">float [N, 3, H, W], normalized; borrowed.</param>
    /// <returns>float32 [N, outputs]; the caller disposes it.</returns>
    public sealed override Tensor forward(Tensor images) => Run(images, 0, Steps.Count);

    /// <summary>
    /// What a stage gave, with the axes in PyTorch's order, [N, channels, H, W], where it is maps; a network that keeps its channels last moves them.
    /// </summary>
    /// <returns>A view; the caller disposes it.</returns>
    internal virtual Tensor ChannelsFirst(Tensor output) => output.alias();

    /// <summary>Goes through the stages from <paramref name="first"/> to before <paramref name="end"/>; at least one.</summary>
    internal Tensor Run(Tensor input, int first, int end)
    {
        IReadOnlyList<Func<Tensor, Tensor>> steps = _head is null ? Steps : [.. Steps.SkipLast(1), _head.call];
        Tensor output = steps[first](input);
        for (int stage = first + 1; stage < end; stage++)
        {
            using Tensor before = output;
            output = steps[stage](before);
        }
        return output;
    }

    /// <summary>Registers what the fields hold.</summary>
    internal StagedNetwork WithComponents()
    {
        RegisterComponents();
        return this;
    }

    /// <summary>Computes a registered module in place of the last step from here on.</summary>
    internal void UseHead(nn.Module<Tensor, Tensor> head) => _head = head;
}
