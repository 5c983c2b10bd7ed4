using System.Globalization;

namespace TransferLearning.Networks.Graph;

/// <summary>The length of one axis of a node's output, and what changes it.</summary>
/// <param name="Length">The length for one image of the traced size.</param>
/// <param name="FollowsBatch">Whether the length is multiplied by the number of images.</param>
/// <param name="FollowsImage">Whether another size of image changes the length; false where the network takes one size only.</param>
public sealed record GraphDimension(long Length, bool FollowsBatch, bool FollowsImage)
{
    /// <summary>The length with N for the number of images: "N", "64N" or "512".</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        string length = Length.ToString(CultureInfo.InvariantCulture);
        return !FollowsBatch ? length : Length == 1 ? "N" : length + "N";
    }
}
