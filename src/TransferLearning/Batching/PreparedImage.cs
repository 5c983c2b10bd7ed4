namespace TransferLearning.Batching;

/// <summary>An image after decoding, transforms and normalization, in a rented buffer.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Buffer">Starts with Height x Width x 3 floats, and may be longer.</param>
internal sealed record PreparedImage(string Name, int Width, int Height, float[] Buffer)
{
    public ReadOnlySpan<float> Values => Buffer.AsSpan(0, Height * Width * 3);
}
