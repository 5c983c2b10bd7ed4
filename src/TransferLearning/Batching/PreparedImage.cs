namespace TransferLearning.Batching;

/// <summary>An image after decoding, transforms and normalization, in a rented buffer.</summary>
/// <param name="Name">Its name in errors.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Buffer">Height x Width x 3 floats, and possibly unused ones after them.</param>
internal sealed record PreparedImage(string Name, int Width, int Height, float[] Buffer)
{
    public ReadOnlySpan<float> Values => Buffer.AsSpan(0, Height * Width * 3);
}
