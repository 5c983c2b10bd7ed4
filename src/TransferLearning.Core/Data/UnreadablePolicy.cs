namespace TransferLearning.Data;

/// <summary>What happens when a sample's file cannot be opened or its image cannot be decoded.</summary>
public enum UnreadablePolicy
{
    /// <summary>The fit fails with an error that names the sample.</summary>
    Fail,

    /// <summary>The sample is skipped and reported once.</summary>
    SkipAndReport,
}
