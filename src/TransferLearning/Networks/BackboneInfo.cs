using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Networks;

/// <summary>A network's metadata: what freezing, head replacement and preprocessing need to know of it.</summary>
public sealed record BackboneInfo
{
    /// <summary>The architecture's usual name: "resnet18", "tf_efficientnet_lite0".</summary>
    public required string Name { get; init; }

    /// <summary>The stages from the input to the head, in order; together they cover every parameter exactly once. The last holds the head alone.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>
    /// The module path of the layer that turns features into logits: "fc", "classifier.1". A linear layer, or what a
    /// <see cref="HeadFactory"/> makes in its place.
    /// </summary>
    public required string Head { get; init; }

    /// <summary>The number of features that the head takes in.</summary>
    public required int FeatureSize { get; init; }

    /// <summary>The number of channels of the images that the network takes.</summary>
    /// <value>3: red, green, blue.</value>
    public int Channels { get; init; } = PixelBuffer.Channels;

    /// <summary>The sides of the images that the network takes.</summary>
    /// <value>Any, unless the network says otherwise: its layers may still refuse what becomes too small for them.</value>
    public ImageSides Sides { get; init; } = ImageSides.Any;

    /// <summary>How the network wants its images.</summary>
    public Preprocessing Preprocessing { get; init; } = new();

    /// <summary>What the network can be built from without the file that it came from: a model file carries it beside the weights.</summary>
    /// <value>Null: whoever loads a model file of the network supplies it, unless it is built in.</value>
    public NetworkDescription? Description { get; init; }

    /// <summary>The stage that a parameter or buffer belongs to.</summary>
    /// <param name="name">Its full name, such as "layer1.0.conv1.weight".</param>
    /// <returns>The one stage that covers it.</returns>
    /// <exception cref="ArgumentException">No stage covers it: the metadata does not fit the network.</exception>
    public Stage StageOf(string name) =>
        Stages.FirstOrDefault(stage => stage.Covers(name)) ??
        throw new ArgumentException($"No stage of {Name} covers '{name}'. Stages: {string.Join(", ", Stages.Select(stage => stage.Name))}.", nameof(name));

    /// <summary>Whether a parameter or buffer belongs to the head.</summary>
    /// <param name="name">Its full name.</param>
    /// <returns>True for all that is the head's: its weight and bias.</returns>
    public bool IsHead(string name) => new Stage("head", Head).Covers(name);

    /// <summary>Whether the network takes photographs: images of three channels.</summary>
    internal bool TakesColor => Channels == PixelBuffer.Channels;
}

/// <summary>A named run of a network's layers, as freezing and layer-wise learning rates speak of them.</summary>
/// <param name="Name">Such as "stem", "layer1" or "head".</param>
/// <param name="Prefixes">Parameter-name prefixes, whole path segments: "layer1" covers "layer1.0.conv1.weight" and not "layer10.weight".</param>
public sealed record Stage(string Name, params IReadOnlyList<string> Prefixes)
{
    /// <summary>Whether a parameter or buffer of this name belongs to the stage.</summary>
    /// <param name="name">The full name, such as "layer1.0.conv1.weight".</param>
    /// <returns>True where one of <see cref="Prefixes"/> is the name or a leading path of it.</returns>
    public bool Covers(string name) =>
        Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal) &&
                               (name.Length == prefix.Length || name[prefix.Length] == '.'));
}
