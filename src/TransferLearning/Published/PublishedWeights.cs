using TransferLearning.Transforms;

namespace TransferLearning.Published;

/// <summary>
/// One official weights file of a network, with the preprocessing that it was evaluated with; <see cref="PublishedBackbone"/> says what the
/// values are.
/// </summary>
/// <param name="Version">Which of the official weights they are.</param>
/// <param name="Address">Its https address; the file's name ends in a dash and the first digits of its SHA-256.</param>
/// <param name="Preprocessing">How these weights want their images.</param>
/// <param name="Parameters">The number of trained numbers, as the publisher counts.</param>
/// <param name="License">An SPDX identifier.</param>
internal sealed record PublishedWeights(OfficialWeights Version, string Address, Preprocessing Preprocessing, long Parameters, string License)
{
    public double? Top1Accuracy { get; init; }

    public double? Top5Accuracy { get; init; }

    public double? Megabytes { get; init; }

    public double? Gflops { get; init; }

    public WeightsSource.Published Source => new(new Uri(Address), Path.GetFileNameWithoutExtension(Address).Split('-')[^1]);
}
