using TransferLearning.Networks;
using TransferLearning.Transforms;

namespace TransferLearning.Published;

/// <summary>A built-in network and every official weights file of it, the default one last.</summary>
internal sealed record CatalogEntry(NetworkArchitecture Architecture, IReadOnlyList<PublishedWeights> Weights)
{
    /// <summary>The network's metadata.</summary>
    public BackboneInfo Info => Architecture.Info;

    /// <summary>What is published of each weights file.</summary>
    public IEnumerable<PublishedBackbone> Published => Weights.Select(Describe);

    /// <exception cref="ArgumentException">There are no such weights.</exception>
    public PretrainedBackbone With(OfficialWeights version)
    {
        PublishedWeights weights = version == OfficialWeights.Default
            ? Weights[^1]
            : Weights.FirstOrDefault(published => published.Version == version) ??
              throw new ArgumentException(
                  $"{Info.Name} has no weights '{version}'. It has: {string.Join(", ", Weights.Select(published => published.Version))}.");

        return At(weights.Preprocessing) with { Weights = weights.Source };
    }

    /// <summary>The network for images that are prepared so, from random weights.</summary>
    public PretrainedBackbone At(Preprocessing preprocessing) => new()
    {
        Info = Info with { Preprocessing = preprocessing, Sides = Architecture.CountsPositions ? ImageSides.Exactly(preprocessing.CropTo) : Info.Sides },
        Build = () => Architecture.BuildFor(preprocessing.CropTo),
        Weights = new WeightsSource.Random(),
    };

    /// <summary>What is published of one weights file, by its address; null where the network has none there.</summary>
    public PublishedBackbone? At(Uri address) => Weights.Where(weights => weights.Source.Address == address).Select(Describe).FirstOrDefault();

    private PublishedBackbone Describe(PublishedWeights weights) => new()
    {
        Name = Info.Name,
        Weights = weights.Version,
        IsDefault = weights == Weights[^1],
        Parameters = weights.Parameters,
        Features = Info.FeatureSize,
        Top1Accuracy = weights.Top1Accuracy,
        Top5Accuracy = weights.Top5Accuracy,
        Megabytes = weights.Megabytes,
        Gflops = weights.Gflops,
        License = weights.License,
        Preprocessing = weights.Preprocessing,
    };
}
