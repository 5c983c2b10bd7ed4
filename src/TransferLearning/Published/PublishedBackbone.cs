using TransferLearning.Transforms;

namespace TransferLearning.Published;

/// <summary>One official weights file of a built-in network, with what its publisher says about it; <see cref="Pretrained.Catalog"/> lists them.</summary>
public sealed record PublishedBackbone
{
    /// <summary>The network's name, as <see cref="Pretrained.ByName"/> takes it.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the network's weights, as <see cref="Pretrained.ByName"/> takes them; never <see cref="OfficialWeights.Default"/>.</summary>
    public required OfficialWeights Weights { get; init; }

    /// <summary>Whether the network is opened with these weights unless others are named.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>The number of trained numbers, the head's of 1000 classes included.</summary>
    /// <remarks>Of GoogLeNet, the auxiliary classifiers are left out, which help in training alone; Inception v3's are counted.</remarks>
    public required long Parameters { get; init; }

    /// <summary>The number of features that the head takes in.</summary>
    public required int Features { get; init; }

    /// <summary>The top-1 accuracy on ImageNet's validation images, in percent.</summary>
    /// <value>0 to 100; null where the publisher does not say.</value>
    public required double? Top1Accuracy { get; init; }

    /// <summary>The top-5 accuracy on ImageNet's validation images, in percent.</summary>
    /// <value>0 to 100; null where the publisher does not say.</value>
    public required double? Top5Accuracy { get; init; }

    /// <summary>The size of the file, in megabytes of 2^20 bytes.</summary>
    /// <value>Above 0; null where the publisher does not say.</value>
    public required double? Megabytes { get; init; }

    /// <summary>Multiplications, each with its addition, that one image of <see cref="Preprocessing"/>'s size takes, in billions.</summary>
    /// <remarks>A measure of work and not of time: depthwise and grouped convolutions take longer than as many operations of plain ones.</remarks>
    /// <value>Above 0; null where the publisher does not say.</value>
    public required double? Gflops { get; init; }

    /// <summary>What the weights were published under, as an SPDX identifier: "BSD-3-Clause", "Apache-2.0", "CC-BY-NC-4.0".</summary>
    /// <remarks>The images that the weights learned from have terms of their own, which publishers leave to you.</remarks>
    public required string License { get; init; }

    /// <summary>How these weights want their images.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The file's https address; its name ends in a dash and the first digits of its SHA-256.</summary>
    internal string Address { get; init; } = "";

    // The publisher rounds the size; where it says none, twice what the parameters take leaves room for all else.
    internal WeightsSource.Published Source => new(new Uri(Address), Path.GetFileNameWithoutExtension(Address).Split('-')[^1])
    {
        MostBytes = Megabytes is double megabytes ? (long)((megabytes + 1) * (1 << 20)) : 2 * sizeof(float) * Parameters,
    };
}
