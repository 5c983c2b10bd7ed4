using TransferLearning.Randomness;

namespace TransferLearning.Tests.Attacks;

/// <summary>Draws one of several.</summary>
internal static class Choices
{
    public static T Choose<T>(this RandomStream random, IReadOnlyList<T> among) => among[random.NextInt32(among.Count)];

    public static byte[] Bytes(this RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextInt32(256))];
}
