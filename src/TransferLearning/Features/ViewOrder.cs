namespace TransferLearning.Features;

/// <summary>Which of its views a training picture shows in an epoch.</summary>
public enum ViewOrder
{
    /// <summary>All pictures go through their views together: the first epochs are those that would be without reuse, and each view is computed when its turn comes.</summary>
    Cycle,

    /// <summary>Each picture draws a view for each epoch; all views are computed at the start.</summary>
    Random,
}
