using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A stage that is a run of the modules in a network's chain: its metadata and its part of the forward pass both follow from it.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="First">Where the run begins in the chain.</param>
/// <param name="End">Where the next one begins.</param>
internal sealed record ChainStage(string Name, int First, int End)
{
    /// <summary>Stages that follow one another from the chain's beginning on.</summary>
    /// <param name="stages">Of each, its name and the number of its modules.</param>
    public static ChainStage[] Sequence(params IReadOnlyList<(string Name, int Length)> stages)
    {
        int next = 0;
        return [.. stages.Select(stage => new ChainStage(stage.Name, next, next += stage.Length))];
    }

    /// <summary>A stem and four stages, each of which but the first begins with a downsampling, a module of its own.</summary>
    public static IReadOnlyList<ChainStage> Hierarchy { get; } = Sequence(("stem", 1), ("stage1", 1), ("stage2", 2), ("stage3", 2), ("stage4", 2));

    /// <summary>The metadata of a network's stages, but for the head's.</summary>
    /// <param name="stages">Those of the chain.</param>
    /// <param name="chain">The chain's key.</param>
    /// <param name="besides">Prefixes of what belongs to the chain's last stage and not to the chain.</param>
    public static IEnumerable<Stage> Metadata(IReadOnlyList<ChainStage> stages, string chain, params string[] besides) =>
        [.. stages.SkipLast(1).Select(stage => stage.Of(chain)), stages[^1].Of(chain, besides)];

    /// <summary>The stage's metadata; <paramref name="besides"/> are prefixes of what belongs to it and not to the chain of that key.</summary>
    public Stage Of(string chain, params string[] besides) =>
        new(Name, [.. Enumerable.Range(First, End - First).Select(index => $"{chain}.{index}"), .. besides]);

    /// <summary>The stages' parts of the forward pass; what the last of them gives is handed to <paramref name="then"/>, to own.</summary>
    public static IEnumerable<Func<Tensor, Tensor>> Steps(IReadOnlyList<ChainStage> stages, Chain chain, Func<Tensor, Tensor> then) =>
        [.. stages.SkipLast(1).Select(stage => stage.In(chain)), input => then(stages[^1].In(chain)(input))];

    /// <summary>The stage's part of the forward pass; it borrows its input.</summary>
    public Func<Tensor, Tensor> In(Chain chain) => input => chain.Run(input, First, End);
}
