using TransferLearning.Networks;
using TransferLearning.Transforms;

namespace TransferLearning.Published;

/// <summary>A built-in network and every official weights file of it.</summary>
internal sealed class CatalogEntry(NetworkArchitecture architecture, PublishedBackbone[] weights)
{
    public NetworkArchitecture Architecture => architecture;

    /// <summary>The network's metadata.</summary>
    public BackboneInfo Info => architecture.Info;

    /// <summary>What is published of each weights file, the default one last.</summary>
    public IReadOnlyList<PublishedBackbone> Weights { get; } =
        [.. weights.Select(file => file with { IsDefault = file == weights[^1], Features = architecture.Info.FeatureSize })];

    /// <exception cref="ArgumentException">There are no such weights.</exception>
    public PretrainedBackbone With(OfficialWeights version)
    {
        PublishedBackbone found = Weights.LastOrDefault(file => version == OfficialWeights.Default || file.Weights == version) ??
            throw new ArgumentException($"{Info.Name} has no weights '{version}'. It has: {string.Join(", ", Weights.Select(file => file.Weights))}.");
        return At(found.Preprocessing) with { Weights = found.Source };
    }

    /// <summary>The network for images that are prepared so, from random weights.</summary>
    public PretrainedBackbone At(Preprocessing preprocessing) => new()
    {
        Info = Info with { Preprocessing = preprocessing, Sides = architecture.CountsPositions ? ImageSides.Exactly(preprocessing.CropTo) : Info.Sides },
        Build = () => architecture.BuildFor(preprocessing.CropTo),
        Weights = new WeightsSource.Random(),
    };
}
