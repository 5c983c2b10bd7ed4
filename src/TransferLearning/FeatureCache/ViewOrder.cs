namespace TransferLearning.FeatureCache;

/// <summary>Which view of a training image is used in an epoch.</summary>
public enum ViewOrder
{
    /// <summary>
    /// All images use the same view in an epoch, one view after the other. The first epochs are the same as without stored features,
    /// and each view is computed when it is needed.
    /// </summary>
    Cycle,

    /// <summary>Each image uses a random view in each epoch; all views are computed at the start.</summary>
    Random,
}
