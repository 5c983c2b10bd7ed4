namespace TransferLearning.Internal;

/// <summary>A tensor's shape as messages show it.</summary>
internal static class ShapeText
{
    /// <summary>Such as "[64, 3, 7, 7]".</summary>
    public static string Of(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
