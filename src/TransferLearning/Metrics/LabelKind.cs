namespace TransferLearning.Metrics;

/// <summary>What labels say of an image, so that a metric that does not suit the task is found before a fit; kinds of one description are equal.</summary>
/// <param name="Description">Such as "one class per image"; give one of your own to the labels of a custom task.</param>
public sealed record LabelKind(string Description)
{
    /// <summary>One class per image, read through <see cref="BatchOutcome.Classes"/>.</summary>
    public static LabelKind Class { get; } = new("one class per image");

    /// <summary>Any number of classes per image, 0 or 1 for each output, read through <see cref="BatchOutcome.Values"/>.</summary>
    public static LabelKind Classes { get; } = new("any number of classes per image");

    /// <summary>A number for each output, read through <see cref="BatchOutcome.Values"/>.</summary>
    public static LabelKind Numbers { get; } = new("numbers");

    /// <inheritdoc/>
    public override string ToString() => Description;
}
