using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>Encoded images that are in memory already: from a database, an upload or a test.</summary>
public sealed class InMemoryDataset : IDatasetSource
{
    private readonly ReadOnlyMemory<byte>[] _encoded;

    /// <summary>Takes images; their bytes are kept, not copied.</summary>
    /// <param name="images">The images; their order is kept.</param>
    /// <param name="classes">The names of the classes, sorted in ordinal order; null uses the labels that occur. A held-out set that
    /// lacks a class needs them.</param>
    /// <exception cref="ArgumentException">An image is empty, two have the same name, or a label is not among the classes.</exception>
    public InMemoryDataset(IEnumerable<LabeledImage> images, IEnumerable<string>? classes = null)
        : this(Labeled(
            images?.Select(image => new MultiLabelImage(image.Encoded, [image.Label], image.Name)), classes, indices => Target.Class(indices.First())))
    {
    }

    private InMemoryDataset((IReadOnlyList<TargetImage> Images, IReadOnlyList<string> Classes) content)
    {
        Classes = content.Classes;
        _encoded = [.. content.Images.Select(image => image.Encoded)];
        Samples = [.. content.Images.Select((image, index) => new Sample(NameOf(image.Name, index), image.Target))];
        if (Samples.Index().GroupBy(entry => entry.Item.Name, entry => entry.Index).FirstOrDefault(group => group.Skip(1).Any()) is { } same)
        {
            throw new ArgumentException(
                PrintableText.Of($"Images {string.Join(", ", same)} are all named '{same.Key}'; results tell images by their names, so each needs its own."),
                "images");
        }
        int empty = Array.FindIndex(_encoded, bytes => bytes.IsEmpty);
        if (empty >= 0)
            throw new ArgumentException($"'{Samples[empty].Name}' is empty; a whole encoded image is expected.", "images");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Takes images of any number of classes each; their bytes are kept, not copied.</summary>
    /// <param name="images">The images; their order is kept.</param>
    /// <param name="classes">The names of the classes, sorted in ordinal order; null uses the labels that occur. A held-out set that
    /// lacks a class needs them.</param>
    /// <exception cref="ArgumentException">An image is empty, two have the same name, or one of its labels is not among the classes.</exception>
    public static InMemoryDataset MultiLabel(IEnumerable<MultiLabelImage> images, IEnumerable<string>? classes = null) =>
        new(Labeled(images, classes, Target.Labels));

    /// <summary>Takes images with targets of any kind; their bytes are kept, not copied.</summary>
    /// <param name="images">The images; their order is kept.</param>
    /// <param name="names">The names of the values, or of the classes, in the order of the targets.</param>
    /// <exception cref="ArgumentException">An image is empty, or two have the same name.</exception>
    public static InMemoryDataset Of(IEnumerable<TargetImage> images, params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(names);
        return new InMemoryDataset(([.. images], [.. names]));
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Load(int index) => _encoded[index];

    private static (IReadOnlyList<TargetImage>, IReadOnlyList<string>) Labeled(
        IEnumerable<MultiLabelImage>? images, IEnumerable<string>? classes, Func<IEnumerable<int>, Target> targetOf)
    {
        ArgumentNullException.ThrowIfNull(images);
        MultiLabelImage[] all = [.. images];
        var known = new LabelIndex(classes ?? all.SelectMany(image => image.Labels));
        return ([.. all.Select(Targeted)], known.Classes);

        TargetImage Targeted(MultiLabelImage image, int index) => image.Labels.FirstOrDefault(label => !known.Contains(label)) is { } unknown
            ? throw new ArgumentException(
                PrintableText.Of($"'{NameOf(image.Name, index)}' has the label '{unknown}'; the classes are {string.Join(", ", known.Classes)}."),
                nameof(images))
            : new TargetImage(image.Encoded, targetOf(image.Labels.Select(label => known[label])), image.Name);
    }

    private static string NameOf(string? name, int index) => name ?? $"image {index}";
}
