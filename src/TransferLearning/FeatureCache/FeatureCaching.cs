using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>How features of a frozen backbone are cached, in epochs that train only the head. Immutable.</summary>
public sealed record FeatureCaching
{
    /// <summary>
    /// The number of augmented views per training image. More views are closer to a new random augmentation in every epoch, and take longer to compute. 0
    /// caches nothing: every epoch runs the whole network, as in PyTorch's tutorial. Without random augmentation, 1 is exact.
    /// </summary>
    /// <value>At least 0; 3 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Views { get; init => field = Require.AtLeast(0, value); } = 3;

    /// <summary>Which view of an image is used in an epoch.</summary>
    /// <value><see cref="ViewOrder.Cycle"/> by default.</value>
    public ViewOrder Order { get; init; } = ViewOrder.Cycle;

    /// <summary>Where features are stored between epochs and fits, as float16.</summary>
    public FeatureStoreOptions Store { get; init; } = new();
}

/// <summary>Which view of a training image is used in an epoch.</summary>
public enum ViewOrder
{
    /// <summary>
    /// All images use the same view in an epoch, one view after the other; one that occurs again in an epoch, its next. So the first epochs show
    /// each image anew, as without stored features, though not in the same views; each view is computed when it is needed.
    /// </summary>
    Cycle,

    /// <summary>Each image uses a random view in each epoch; all views are computed at the start.</summary>
    Random,
}
