namespace TransferLearning.Data;

/// <summary>A source that may say itself which samples are for training and which for validation.</summary>
public interface IPresplitSource
{
    /// <summary>The source's own split.</summary>
    /// <returns>Both sides; null where the source does not say.</returns>
    /// <exception cref="InvalidDataException">The sides do not fit one another.</exception>
    DatasetSplit? GetOwnSplit();
}
