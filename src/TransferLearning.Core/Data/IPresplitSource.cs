namespace TransferLearning.Data;

/// <summary>A source that may say itself which samples are for training and which for validation.</summary>
public interface IPresplitSource
{
    /// <summary>The source's own split.</summary>
    /// <returns>Both sides; null if the source has no split.</returns>
    /// <exception cref="InvalidDataException">The sides do not fit one another.</exception>
    DatasetSplit? GetOwnSplit();
}
