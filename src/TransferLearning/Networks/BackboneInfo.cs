using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Networks;

/// <summary>A network's metadata as data: what freezing, head replacement and preprocessing need to know of it.</summary>
public sealed record BackboneInfo
{
    /// <summary>The field's name for the architecture: "resnet18", "tf_efficientnet_lite0".</summary>
    public required string Name { get; init; }

    /// <summary>The stages from the input to the head, in order; together they cover every parameter exactly once. The last holds the head alone.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>The module path of the linear layer that turns features into logits: "fc", "classifier.1".</summary>
    public required string Head { get; init; }

    /// <summary>The number of features that the head takes in.</summary>
    public required int FeatureSize { get; init; }

    /// <summary>The number of channels of the images that the network takes.</summary>
    /// <value>3: red, green, blue.</value>
    public int Channels { get; init; } = PixelBuffer.Channels;

    /// <summary>The smallest side of an image that the network can take, in pixels.</summary>
    /// <value>1; a network that needs more says so, or its layers do.</value>
    public int SmallestSide { get; init; } = 1;

    /// <summary>The only side of a square image that the network can take, because its weights count positions.</summary>
    /// <value>Null, which is any side from <see cref="SmallestSide"/> on.</value>
    public int? OnlySide { get; init; }

    /// <summary>How the network wants its images.</summary>
    public Preprocessing Preprocessing { get; init; } = new();

    /// <summary>The stage that a parameter or buffer belongs to.</summary>
    /// <param name="name">Its full name, such as "layer1.0.conv1.weight".</param>
    /// <returns>The one stage that covers it.</returns>
    /// <exception cref="ArgumentException">No stage covers it: the metadata does not fit the network.</exception>
    public Stage StageOf(string name) =>
        Stages.FirstOrDefault(stage => stage.Covers(name)) ??
        throw new ArgumentException($"No stage of {Name} covers '{name}'. Stages: {string.Join(", ", Stages.Select(stage => stage.Name))}.", nameof(name));

    /// <summary>Whether a parameter or buffer belongs to the head.</summary>
    /// <param name="name">Its full name.</param>
    /// <returns>True for the head's weight and bias.</returns>
    public bool IsHead(string name) => new Stage("head", Head).Covers(name);

    /// <summary>Whether the network takes photographs: images of three channels.</summary>
    internal bool TakesColor => Channels == PixelBuffer.Channels;

    /// <summary>Whether the network can take images of this size.</summary>
    internal bool Takes(long height, long width) => OnlySide is int side
        ? height == side && width == side
        : Math.Min(height, width) >= SmallestSide;

    /// <summary>What <see cref="Takes"/> says, in words.</summary>
    internal string SizeText => OnlySide is int side ? $"{side} x {side} pixels" : $"at least {SmallestSide} x {SmallestSide} pixels";
}
