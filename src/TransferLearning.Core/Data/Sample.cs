namespace TransferLearning.Data;

/// <summary>One labelled image of a source.</summary>
/// <param name="Name">What errors and reports call it: a file's path, say.</param>
/// <param name="ClassIndex">The position of its class in <see cref="IDatasetSource.Classes"/>.</param>
public readonly record struct Sample(string Name, int ClassIndex);
