namespace TransferLearning.Data;

/// <summary>Encoded images that are in memory already: from a database, an upload or a test.</summary>
public sealed class InMemoryDataset : IDatasetSource
{
    private readonly ReadOnlyMemory<byte>[] _encoded;

    /// <summary>Takes images; their bytes are kept, not copied.</summary>
    /// <param name="images">The images, in the order that they keep.</param>
    /// <param name="classes">The names of the classes, put into ordinal order; null stands for the labels that occur. A held-out set that lacks a class needs them.</param>
    /// <exception cref="ArgumentException">An image is empty, or its label is not among the classes.</exception>
    public InMemoryDataset(IEnumerable<LabeledImage> images, IEnumerable<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        LabeledImage[] all = [.. images];
        var labels = new LabelIndex(classes ?? all.Select(image => image.Label));
        Classes = labels.Classes;
        _encoded = Array.ConvertAll(all, image => image.Encoded);
        Samples = [.. all.Select((image, index) => SampleOf(image, index, labels))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Sample> Samples { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Load(int index) => _encoded[index];

    private static Sample SampleOf(LabeledImage image, int index, LabelIndex labels)
    {
        string name = image.Name ?? $"image {index}";
        if (image.Encoded.IsEmpty)
            throw new ArgumentException($"'{name}' is empty; a whole encoded image is expected.", "images");
        if (!labels.Contains(image.Label))
            throw new ArgumentException($"'{name}' has the label '{image.Label}'; the classes are {string.Join(", ", labels.Classes)}.", "images");
        return new Sample(name, labels[image.Label]);
    }
}
