using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>How often a frozen network looks at each image, and where what it saw is kept. It concerns epochs that train the head alone.</summary>
public sealed record FeatureCaching
{
    /// <summary>
    /// How many augmented views of each training image the network sees. More look more like fresh augmentation in
    /// every epoch, and take longer. 0 is that: every epoch computes anew, as PyTorch's tutorial does, and nothing is
    /// kept. With an augmentation without randomness, 1 is exact.
    /// </summary>
    /// <value>4; at least 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Views
    { get; init => field = Require.AtLeast(0, value); } = 4;

    /// <summary>Which view an image shows in an epoch.</summary>
    /// <value>Cycle.</value>
    public ViewOrder Order { get; init; } = ViewOrder.Cycle;

    /// <summary>Where features are kept between epochs and fits, in half precision.</summary>
    public FeatureStoreOptions Store { get; init; } = new();
}
