namespace TransferLearning.Data;

/// <summary>A source that may say itself which samples are for training and which for validation.</summary>
internal interface IPresplitSource
{
    /// <summary>The source's own split; null where it has none.</summary>
    DatasetSplit? OwnSplit();
}
