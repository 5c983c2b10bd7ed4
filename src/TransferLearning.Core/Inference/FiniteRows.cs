using TransferLearning.Internal;

namespace TransferLearning.Inference;

/// <summary>What a network gave for each image of a batch.</summary>
internal static class FiniteRows
{
    private const string Finite = "it must be finite, as it is with finite weights and activations.";

    /// <param name="values">The values of all images, one image after the other.</param>
    /// <param name="value">What a value is called in the error, such as "Output".</param>
    /// <param name="names">The names of the images; at least one.</param>
    /// <returns>The values of each image.</returns>
    /// <exception cref="InvalidOperationException">A value is NaN or infinite; the message names the image.</exception>
    public static float[][] Of(float[] values, string value, IReadOnlyList<string> names)
    {
        float[][] rows = [.. values.Chunk(values.Length / names.Count)];
        for (int image = 0; image < rows.Length; image++)
        {
            if (Array.FindIndex(rows[image], number => !float.IsFinite(number)) is >= 0 and var wrong)
            {
                throw new InvalidOperationException(PrintableText.Of(FormattableString.Invariant(
                    $"{value} {wrong} of the network for '{names[image]}' is {rows[image][wrong]}; {Finite}")));
            }
        }
        return rows;
    }
}
