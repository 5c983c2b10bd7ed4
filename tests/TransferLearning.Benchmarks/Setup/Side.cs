namespace TransferLearning.Benchmarks.Setup;

/// <summary>Who does the work.</summary>
internal enum Side
{
    Bare,
    Library,
}
