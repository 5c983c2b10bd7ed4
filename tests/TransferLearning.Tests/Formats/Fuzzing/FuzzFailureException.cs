namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>The read of a damaged file did what none may; the message names the damage.</summary>
internal sealed class FuzzFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
