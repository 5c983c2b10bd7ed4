using static TorchSharp.torch;

namespace TransferLearning.Backbones;

/// <summary>A built-in network: its facts, how to build it, and every official weights file, the default one last.</summary>
internal sealed record CatalogEntry(BackboneInfo Info, Func<nn.Module<Tensor, Tensor>> Build, params IReadOnlyList<PublishedWeights> Weights)
{
    /// <exception cref="ArgumentException">There are no such weights.</exception>
    public PretrainedBackbone With(OfficialWeights version)
    {
        PublishedWeights weights = version == OfficialWeights.Default
            ? Weights[^1]
            : Weights.FirstOrDefault(published => published.Version == version) ??
              throw new ArgumentException($"{Info.Name} has no weights '{version}'. It has: {string.Join(", ", Weights.Select(published => published.Version))}.");

        return new PretrainedBackbone
        {
            Info = Info with { Preprocessing = weights.Preprocessing },
            Build = Build,
            Weights = weights.Source,
        };
    }
}
