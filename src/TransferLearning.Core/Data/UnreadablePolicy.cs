namespace TransferLearning.Data;

/// <summary>What happens when a sample fails: its file cannot be opened, its image cannot be decoded or is too large, or a transform throws.</summary>
public enum UnreadablePolicy
{
    /// <summary>The fit fails with an error that names the sample.</summary>
    Fail,

    /// <summary>The sample is skipped and reported once.</summary>
    SkipAndReport,
}
