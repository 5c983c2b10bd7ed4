using TransferLearning.Networks;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Published;

/// <summary>A built-in network: its metadata, how to build it for images of a side in pixels, and every official weights file, the default one last.</summary>
internal sealed record CatalogEntry(BackboneInfo Info, Func<int, nn.Module<Tensor, Tensor>> BuildFor, params IReadOnlyList<PublishedWeights> Weights)
{
    private readonly bool _countsPositions = true;

    /// <summary>A network that is the same for images of any side.</summary>
    public CatalogEntry(BackboneInfo info, Func<nn.Module<Tensor, Tensor>> build, params IReadOnlyList<PublishedWeights> weights)
        : this(info, _ => build(), weights) => _countsPositions = false;

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
        Info = Info with { Preprocessing = preprocessing, Sides = _countsPositions ? ImageSides.Exactly(preprocessing.CropTo) : Info.Sides },
        Build = () => BuildFor(preprocessing.CropTo),
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
