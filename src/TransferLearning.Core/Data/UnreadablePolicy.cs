namespace TransferLearning.Data;

/// <summary>What happens when a sample's file cannot be opened or its image cannot be decoded.</summary>
public enum UnreadablePolicy
{
    /// <summary>The run stops with an error that names the sample.</summary>
    Fail,

    /// <summary>The sample is left out of its batch and reported once.</summary>
    SkipAndReport,
}
