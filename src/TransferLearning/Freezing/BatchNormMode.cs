namespace TransferLearning.Freezing;

/// <summary>What batch normalization does with its running statistics while the network trains.</summary>
public enum BatchNormMode
{
    /// <summary>
    /// Every batch norm normalizes by its pretrained running statistics and leaves them alone; its scale and shift still learn unless
    /// the policy freezes them. Suits small batches and small data sets.
    /// </summary>
    Frozen,

    /// <summary>
    /// Every batch norm with a trainable parameter normalizes by the batch and updates its statistics; one whose parameters are all
    /// frozen is left as it is.
    /// </summary>
    Trained,
}
