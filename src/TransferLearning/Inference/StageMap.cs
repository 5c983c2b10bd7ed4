namespace TransferLearning.Inference;

/// <summary>What one stage of a network gave for one image.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Shape">The axes without the batch's: [channels, height, width] of maps, the last ones before the pooling; [positions, channels] of a vision transformer; [features] or [classes] behind.</param>
/// <param name="Values">float32, in the order of the axes: the last one runs fastest.</param>
public sealed record StageMap(string Stage, IReadOnlyList<int> Shape, float[] Values);
