namespace TransferLearning.FeatureCache;

/// <summary>Which of its views a training image shows in an epoch.</summary>
public enum ViewOrder
{
    /// <summary>
    /// All images go through their views together: the first epochs are the same as without stored features, and each view is computed
    /// when its turn comes.
    /// </summary>
    Cycle,

    /// <summary>Each image draws a view for each epoch; all views are computed at the start.</summary>
    Random,
}
