using TransferLearning.Published.Downloads;

namespace TransferLearning.Published.HuggingFace;

/// <summary>What the hub says of a file of a repository.</summary>
/// <param name="Commit">The commit that the revision stands for.</param>
/// <param name="Blob">The name of the content: its SHA-256, or for small files what git calls it.</param>
/// <param name="Digest">The same, to be checked against the content.</param>
internal sealed record HubFile(string Commit, string Blob, FileDigest Digest);
