namespace TransferLearning.Data;

/// <summary>A source that reads its files into memory which is used again: most files are large enough to burden the garbage collector.</summary>
internal interface ILendingSource
{
    /// <summary>What <see cref="IDatasetSource.Load"/> gives, until it is disposed.</summary>
    EncodedBytes Lend(int index);
}
