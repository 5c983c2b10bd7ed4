using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Attention among the tokens of each window of the maps: what all versions of Swin's have in common. Field names are torchvision's keys.
/// A class that derives from this one registers all components.
/// </summary>
internal abstract class WindowAttention : nn.Module<Tensor, Tensor>, IFollowsInputFormat, IGraphLayer
{
    private protected readonly Tensor relative_position_index;      // private ones are not registered where a class derives from this one
    private protected readonly LinearLayer qkv, proj;

    private readonly int _side;
    private readonly long _shift;

    /// <param name="name">The name of the layer's type.</param>
    /// <param name="queriesKeysValues">From channels to three times as many; owned.</param>
    /// <param name="channels">The channels of what it takes and gives.</param>
    /// <param name="heads">A divisor of the channels.</param>
    /// <param name="side">The windows' side.</param>
    /// <param name="shifted">Whether the windows lie half a side down and to the right.</param>
    private protected WindowAttention(string name, LinearLayer queriesKeysValues, long channels, long heads, int side, bool shifted) : base(name)
    {
        qkv = queriesKeysValues;
        proj = Layer.Linear(channels, channels);
        relative_position_index = RelativePositions.Index(side, (long)side * side * side * side);
        Heads = heads;
        _side = side;
        _shift = shifted ? side / 2 : 0;
    }

    private protected long Heads { get; }

    /// <param name="maps">float [N, H, W, channels]; borrowed.</param>
    /// <returns>The same shape and number format; the caller disposes it.</returns>
    public sealed override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var windows = new ShiftedWindows(maps.shape, _side, _shift);

        Tensor projected = qkv.call(windows.Cut(maps));                                     // [N * windows, tokens, 3 * channels]
        Tensor bias = windows.Separate(RelativePositions.Bias(BiasTable(), relative_position_index));
        Tensor attended = Attend(projected, bias);                                          // [N * windows, tokens, channels]
        return windows.Join(proj.call(attended)).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new(Operation, ("heads", Heads), ("side", (long)_side), ("shift", _shift));

    // Linear layers see the padding too; in each window, every token is compared with every other, and gathers from it.
    public virtual long MultiplyAdds(IReadOnlyList<long> output)
    {
        long tokens = (long)_side * _side, windows = output[0] * WindowsAlong(output[1]) * WindowsAlong(output[2]), channels = output[3];
        return windows * tokens * (qkv.Weight.numel() + proj.Weight.numel()) + 2 * windows * tokens * tokens * channels;
    }

    private protected abstract string Operation { get; }

    /// <summary>float32 [distances, heads]: what is added to the score of two tokens that lie so.</summary>
    private protected abstract Tensor BiasTable();

    /// <summary>Attends within windows.</summary>
    /// <param name="projected">float [N * windows, tokens, 3 * channels]; borrowed.</param>
    /// <param name="bias">float32 [N * windows or 1, heads, tokens, tokens]; borrowed.</param>
    /// <returns>[N * windows, tokens, channels] in the number format of <paramref name="projected"/>.</returns>
    private protected abstract Tensor Attend(Tensor projected, Tensor bias);

    private long WindowsAlong(long length) => (length + _side - 1) / _side;
}
