using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Where the tokens of a square window lie to one another, which attention adds a learned number for. In a window of side s there are
/// 2 s - 1 distances either way; with rows and columns counted from the window's corner, the pair (i, j) has entry
/// (row i - row j + s - 1) (2 s - 1) + (column i - column j + s - 1) of a table of (2 s - 1)^2.
/// </summary>
internal static class RelativePositions
{
    /// <summary>How many entries a table for a window of this side has.</summary>
    public static int TableSize(int side) => (2 * side - 1) * (2 * side - 1);

    /// <summary>The table's entry for each pair of tokens.</summary>
    /// <param name="side">The window's side, in tokens.</param>
    /// <param name="shape">The shape to give it, for side^4 entries.</param>
    /// <returns>int64; the caller disposes it.</returns>
    public static Tensor Index(int side, params long[] shape)
    {
        int tokens = side * side;
        var entries = new long[tokens * tokens];
        for (int i = 0; i < tokens; i++)
        {
            for (int j = 0; j < tokens; j++)
            {
                int down = i / side - j / side, right = i % side - j % side;
                entries[i * tokens + j] = (down + side - 1) * (2 * side - 1) + right + side - 1;
            }
        }
        return tensor(entries, shape);
    }

    /// <summary>The number for each pair of tokens; what is made on the way belongs to the caller's dispose scope.</summary>
    /// <param name="table">[entries, heads]; borrowed.</param>
    /// <param name="index">What <see cref="Index"/> gave; borrowed.</param>
    /// <returns>[heads, tokens, tokens].</returns>
    public static Tensor Bias(Tensor table, Tensor index)
    {
        long tokens = (long)Math.Sqrt(index.numel());
        return table.index_select(0, index.flatten()).view(tokens, tokens, -1).permute(2, 0, 1);
    }
}
