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
        var sequence = new ChainStage[stages.Count];
        int next = 0;
        for (int index = 0; index < sequence.Length; index++)
        {
            (string name, int length) = stages[index];
            sequence[index] = new ChainStage(name, next, next += length);
        }
        return sequence;
    }

    /// <summary>A stem and four stages, each of which but the first begins with a downsampling, a module of its own.</summary>
    public static IReadOnlyList<ChainStage> Hierarchy { get; } = Sequence(("stem", 1), ("stage1", 1), ("stage2", 2), ("stage3", 2), ("stage4", 2));

    /// <summary>The metadata of a network's stages.</summary>
    /// <param name="stages">Those of the chain.</param>
    /// <param name="chain">The chain's key.</param>
    /// <param name="head">The prefix of the head, which comes last.</param>
    /// <param name="besides">Prefixes of what belongs to the chain's last stage and not to the chain.</param>
    public static IReadOnlyList<Stage> Metadata(IReadOnlyList<ChainStage> stages, string chain, string head, params string[] besides) =>
        [.. stages.SkipLast(1).Select(stage => stage.Of(chain)), stages[^1].Of(chain, besides), new Stage("head", head)];

    /// <summary>The stage's metadata.</summary>
    /// <param name="chain">The chain's key.</param>
    /// <param name="besides">Prefixes of what belongs to the stage and not to the chain.</param>
    public Stage Of(string chain, params string[] besides) =>
        new(Name, [.. Enumerable.Range(First, End - First).Select(index => $"{chain}.{index}"), .. besides]);

    /// <summary>The stage's part of the forward pass.</summary>
    public Func<Tensor, Tensor> In(Chain chain) => input => Run(chain, input);

    /// <summary>Goes through the stage's modules. The input is borrowed.</summary>
    public Tensor Run(Chain chain, Tensor input) => chain.Run(input, First, End);
}
