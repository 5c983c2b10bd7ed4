namespace TransferLearning.Tests.Published;

/// <summary>What a server was asked; an absent header is empty.</summary>
internal sealed record ReceivedRequest(string Method, string Path, string? Range, string? IfRange, string? Authorization);
