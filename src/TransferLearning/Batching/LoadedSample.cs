using TransferLearning.Data;

namespace TransferLearning.Batching;

/// <summary>A sample after decoding, transforms and normalisation, or the reason why there is none.</summary>
/// <param name="Index">Its position in the source.</param>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Buffer">A rented buffer that starts with Height x Width x 3 floats, and may be longer; empty where the sample was skipped.</param>
/// <param name="Skipped">Why it was left out; null where it was not.</param>
internal sealed record LoadedSample(int Index, int Width, int Height, float[] Buffer, SkippedSample? Skipped)
{
    public ReadOnlySpan<float> Values => Buffer.AsSpan(0, Height * Width * 3);

    public static LoadedSample Without(int index, SkippedSample skipped) => new(index, 0, 0, [], skipped);
}
