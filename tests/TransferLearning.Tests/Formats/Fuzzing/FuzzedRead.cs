using TransferLearning.Formats;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>How the read of a damaged file ended, where it ended as it should.</summary>
/// <param name="WasRefused">By a <see cref="WeightsFormatException"/>; else it gave tensors.</param>
/// <param name="Duration">What the read took.</param>
/// <param name="Memory">The bytes that it took at most.</param>
internal readonly record struct FuzzedRead(bool WasRefused, TimeSpan Duration, long Memory);
