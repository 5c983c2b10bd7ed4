using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Transforms;

/// <summary>Several views of an image for one prediction, which is the mean of theirs. Immutable.</summary>
/// <remarks>Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012. A prediction takes as many times longer.</remarks>
public sealed record TestTimeAugmentation
{
    /// <summary>The maximum number of views: each is an image of the batch.</summary>
    public const int MaximumViews = 32;

    private readonly Func<Preprocessing, TransformPipeline[]> _views;

    private TestTimeAugmentation(string? identifier, Func<Preprocessing, TransformPipeline[]> views) => (Identifier, _views) = (identifier, views);

    /// <summary>The image alone.</summary>
    public static TestTimeAugmentation None { get; } = new("none", preprocessing => [TransformPipeline.ForEvaluation(preprocessing)]);

    /// <summary>The image and its mirror image.</summary>
    public static TestTimeAugmentation HorizontalFlip { get; } = new("horizontal-flip", preprocessing => WithFlips(Center(preprocessing)));

    /// <summary>The four corners and the center of the resized image.</summary>
    public static TestTimeAugmentation FiveCrops { get; } = new("five-crops", Crops);

    /// <summary>The four corners and the center of the resized image, and their mirror images.</summary>
    public static TestTimeAugmentation TenCrops { get; } = new("ten-crops", preprocessing => WithFlips(Crops(preprocessing)));

    /// <summary>What model files call it; null for views of one's own, which cannot be saved.</summary>
    public string? Identifier { get; }

    /// <summary>Whether outputs are averaged rather than what is read from them, such as probabilities.</summary>
    /// <value>False by default.</value>
    public bool AverageOutputs { get; init; }

    /// <summary>Views of one's own: pipelines from the decoded image to images of one size, without random transforms and without normalization.</summary>
    /// <param name="views">1 to 32 pipelines; the image as it is prepared for evaluation is among them only if it is given.</param>
    /// <returns>An augmentation that is not saved in model files.</returns>
    /// <exception cref="ArgumentException">There are none or too many, or a pipeline is random or has statistics.</exception>
    public static TestTimeAugmentation Of(params IEnumerable<TransformPipeline> views)
    {
        ArgumentNullException.ThrowIfNull(views);
        TransformPipeline[] all = [.. views.Take(MaximumViews + 1)];
        if (all.Length is 0 or > MaximumViews || all.Contains(null))
            throw new ArgumentException($"There must be 1 to {MaximumViews} views, none null.", nameof(views));
        foreach ((int index, TransformPipeline view) in all.Index())
        {
            if (view.Operations.FirstOrDefault(operation => operation.IsRandom) is { } random)
                throw new ArgumentException(
                    $"View {index} has the random operation {random.GetType().Name}: a prediction would differ each time.", nameof(views));
            if (view.Statistics is not null)
                throw new ArgumentException(
                    $"View {index} normalizes, which the model does for all views: leave {nameof(view.Normalize)} out.", nameof(views));
        }
        return new TestTimeAugmentation(null, _ => all);
    }

    /// <summary>The built-in one that a model file names; null if there is none.</summary>
    internal static TestTimeAugmentation? Find(string identifier) =>
        BuiltIn.FirstOrDefault(augmentation => augmentation.Identifier == identifier);

    internal static IReadOnlyList<TestTimeAugmentation> BuiltIn { get; } = [None, HorizontalFlip, FiveCrops, TenCrops];

    /// <summary>The pipelines of the views.</summary>
    internal IReadOnlyList<TransformPipeline> GetViews(Preprocessing preprocessing) => _views(preprocessing);

    private static TransformPipeline Resized(Preprocessing preprocessing) =>
        TransformPipeline.Empty.Resize(preprocessing.ResizeTo, preprocessing.Interpolation);

    private static TransformPipeline[] Center(Preprocessing preprocessing) => [Resized(preprocessing).CenterCrop(preprocessing.CropTo)];

    private static TransformPipeline[] Crops(Preprocessing preprocessing) =>
    [
        .. from atBottom in new[] { false, true }
           from atRight in new[] { false, true }
           select Resized(preprocessing).Then(new CornerCrop(preprocessing.CropTo, atRight, atBottom)),
        .. Center(preprocessing),
    ];

    private static TransformPipeline[] WithFlips(TransformPipeline[] views) => [.. views, .. views.Select(view => view.RandomHorizontalFlip(1))];
}
