using static TorchSharp.torch;

namespace TransferLearning.Backbones;

/// <summary>A built-in network: its facts, how to build it for pictures of a side in pixels, and every official weights file, the default one last.</summary>
internal sealed record CatalogEntry(BackboneInfo Info, Func<int, nn.Module<Tensor, Tensor>> BuildFor, params IReadOnlyList<PublishedWeights> Weights)
{
    /// <summary>A network that is the same for pictures of any side.</summary>
    public CatalogEntry(BackboneInfo info, Func<nn.Module<Tensor, Tensor>> build, params IReadOnlyList<PublishedWeights> weights)
        : this(info, _ => build(), weights)
    {
    }

    /// <exception cref="ArgumentException">There are no such weights.</exception>
    public PretrainedBackbone With(OfficialWeights version)
    {
        PublishedWeights weights = version == OfficialWeights.Default
            ? Weights[^1]
            : Weights.FirstOrDefault(published => published.Version == version) ??
              throw new ArgumentException($"{Info.Name} has no weights '{version}'. It has: {string.Join(", ", Weights.Select(published => published.Version))}.");

        int side = weights.Preprocessing.CropTo;
        return new PretrainedBackbone
        {
            Info = Info with { Preprocessing = weights.Preprocessing, OnlySide = Info.OnlySide is null ? null : side },
            Build = () => BuildFor(side),
            Weights = weights.Source,
        };
    }
}
