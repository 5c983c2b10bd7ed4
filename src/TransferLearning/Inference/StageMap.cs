namespace TransferLearning.Inference;

/// <summary>What one stage of a network gave for one image.</summary>
public sealed record StageMap
{
    /// <summary>The stage's name.</summary>
    public required string Stage { get; init; }

    /// <summary>The axes without the batch's: [channels, height, width] of maps, the last ones before the pooling; [positions, channels] of a vision
    /// transformer; [features] or [outputs] behind.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>float32, in the order of the axes: the last one runs fastest.</summary>
    public required float[] Values { get; init; }
}
