namespace TransferLearning.Freezing;

/// <summary>What batch normalization does with its running statistics while the network trains.</summary>
public enum BatchNormMode
{
    /// <summary>Every batch norm uses its pretrained running statistics and does not update them; its weight and bias are still trained unless the policy
    /// freezes them. Suits small batches and small data sets.</summary>
    Frozen,

    /// <summary>Every batch norm with a trainable parameter uses the statistics of the batch and updates its running statistics; a batch norm with only
    /// frozen parameters behaves as in <see cref="Frozen"/>.</summary>
    Trained,
}
