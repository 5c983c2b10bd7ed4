using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Attention among the tokens of each group by itself, by several heads beside one another. What is made on the way belongs to the
/// caller's dispose scope.
/// </summary>
/// <remarks>A. Vaswani et al., "Attention Is All You Need", 2017 (section 3.2.2).</remarks>
internal static class MultiHeadAttention
{
    /// <summary>Takes apart what one linear layer gave for queries, keys and values.</summary>
    /// <param name="projected">[groups, tokens, 3 * channels]; borrowed.</param>
    /// <param name="heads">A divisor of the channels.</param>
    /// <returns>Views, [groups, heads, tokens, channels / heads] each.</returns>
    public static (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor projected, long heads)
    {
        Tensor[] parts = projected.view(projected.shape[0], projected.shape[1], 3, heads, -1).permute(2, 0, 3, 1, 4).unbind(0);
        return (parts[0], parts[1], parts[2]);
    }

    /// <summary>softmax(queries keys^T / sqrt(channels of a head) + bias) values.</summary>
    /// <param name="queries">[groups, heads, tokens, channels of a head]; borrowed, as are the others.</param>
    /// <param name="keys">The same shape.</param>
    /// <param name="values">The same shape.</param>
    /// <param name="bias">[groups or 1, heads, tokens, tokens], in the number format of the others; null for none.</param>
    /// <returns>[groups, tokens, channels].</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? bias = null) =>
        nn.functional.scaled_dot_product_attention(queries, keys, values, bias).transpose(1, 2).flatten(2);
}
