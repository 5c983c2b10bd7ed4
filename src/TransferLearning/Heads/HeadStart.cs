namespace TransferLearning.Heads;

/// <summary>What the head is before the first step.</summary>
public sealed class HeadStart
{
    private HeadStart()
    {
    }

    /// <summary>Random weights, as PyTorch draws them.</summary>
    public static HeadStart Random { get; } = new();

    /// <summary>A head solved by ridge regression if the network, the task and the number of images allow it, else random weights.</summary>
    /// <remarks>The head must be one linear layer of one vector per image, in a network of stages. All features together must be at most
    /// 10,240,000 numbers, such as 5000 images of 2048 features in one view: larger data train a random head well in their first epoch.</remarks>
    public static HeadStart SolvedIfPossible { get; } = new() { Solver = HeadSolvers.Ridge(), IsOptional = true };

    /// <summary>A head in closed form (linear probing, then fine-tuning: Kumar et al., 2022).</summary>
    /// <param name="solver">How it is computed, see <see cref="HeadSolvers"/>; ridge by default.</param>
    /// <returns>A start that a trainer is refused for if the head cannot be solved.</returns>
    public static HeadStart Solved(IHeadSolver? solver = null) => new() { Solver = solver ?? HeadSolvers.Ridge() };

    /// <summary>How the head is computed; null for random weights.</summary>
    public IHeadSolver? Solver { get; private init; }

    /// <summary>Whether the head starts from random weights if it cannot be solved.</summary>
    public bool IsOptional { get; private init; }
}
