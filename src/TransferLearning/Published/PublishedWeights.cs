using TransferLearning.Transforms;

namespace TransferLearning.Published;

/// <summary>One official weights file of a network, with the preprocessing that it was evaluated with.</summary>
/// <param name="Version">Which of the official weights they are.</param>
/// <param name="Address">Its https address; the file's name ends in a dash and the first digits of its SHA-256.</param>
/// <param name="Preprocessing">How these weights want their images.</param>
internal sealed record PublishedWeights(OfficialWeights Version, string Address, Preprocessing Preprocessing)
{
    /// <summary>The top-1 accuracy on ImageNet's validation images, in percent; null where nobody says.</summary>
    public double? Top1Accuracy { get; init; }

    /// <summary>How often one of the first five guesses was right, in percent; null where nobody says.</summary>
    public double? Top5Accuracy { get; init; }

    /// <summary>The file's size, in 2^20 bytes; null where nobody says.</summary>
    public double? Megabytes { get; init; }

    /// <summary>The number of trained numbers, as the publisher counts.</summary>
    public required long Parameters { get; init; }

    /// <summary>Billions of multiplications, each with its addition, for one image; null where nobody says.</summary>
    public double? Gflops { get; init; }

    /// <summary>What the file was published under, as an SPDX identifier.</summary>
    public required string Licence { get; init; }

    public WeightsSource.Published Source => new(new Uri(Address), Path.GetFileNameWithoutExtension(Address).Split('-')[^1]);
}
