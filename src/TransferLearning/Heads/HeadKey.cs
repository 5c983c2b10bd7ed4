namespace TransferLearning.Heads;

/// <summary>What the features of a head's images depend on besides the images.</summary>
/// <param name="Network">The network's name and what identifies its operations.</param>
/// <param name="Weights">The checksum of the weights below the head.</param>
/// <param name="Preparation">How images are prepared, in one view.</param>
/// <param name="Decoder">How they are decoded.</param>
/// <param name="Precision">The dtype of the activations.</param>
internal sealed record HeadKey(string Network, string Weights, string Preparation, string Decoder, string Precision)
{
    /// <summary>What differs, as a part of a sentence; null if nothing does.</summary>
    /// <param name="now">How features are computed now.</param>
    public string? DifferenceFrom(HeadKey now) =>
        Network != now.Network ? "of another network"
        : Weights != now.Weights ? "of a network with other weights below the head"
        : Preparation != now.Preparation ? $"of images that were prepared otherwise: {Preparation} instead of {now.Preparation}"
        : Decoder != now.Decoder ? $"of images that were decoded otherwise: {Decoder} instead of {now.Decoder}"
        : Precision != now.Precision ? $"computed in {Precision} instead of {now.Precision}"
        : null;
}
