namespace TransferLearning.Importing.Layers;

/// <summary>How a kernel moves over maps: sides, steps and padding, height before width.</summary>
internal sealed record KernelWindow
{
    public required long[] Kernel { get; init; }

    public required long[] Stride { get; init; }

    public required long[] Dilation { get; init; }

    /// <summary>Rows above, columns to the left, rows below, columns to the right; unused where a <see cref="Rule"/> says it.</summary>
    public required long[] Padding { get; init; }

    /// <summary>"same_upper" or "same_lower": as much as gives ceil(size / stride), the odd one behind or before. Null: <see cref="Padding"/>.</summary>
    public string? Rule { get; init; }

    /// <summary>Whether a window may reach beyond the padding, if it begins within the maps or before them.</summary>
    public bool Ceil { get; init; }

    public bool IsSymmetric => Rule is null && Padding[0] == Padding[2] && Padding[1] == Padding[3];

    /// <summary>Rows above and below, columns left and right, as PyTorch writes them, where both sides have the same; else all four, or the rule.</summary>
    public object Description => (object?)Rule ?? (IsSymmetric ? Padding[..2] : Padding);

    /// <summary>The padding of maps of this size, above, left, below, right, with what a last window reaches beyond.</summary>
    public long[] PaddingOf(long height, long width)
    {
        (long above, long below) = Along(0, height);
        (long left, long right) = Along(1, width);
        return [above, left, below, right];
    }

    /// <summary>The length of what is given along an axis; below 1 where the maps are too small.</summary>
    public long Output(int axis, long length)
    {
        if (Rule is not null)
            return (length + Stride[axis] - 1) / Stride[axis];
        long room = length + Padding[axis] + Padding[axis + 2] - Reach(axis);
        if (room < 0)
            return 0;
        if (!Ceil)
            return room / Stride[axis] + 1;
        long windows = (room + Stride[axis] - 1) / Stride[axis] + 1;
        return (windows - 1) * Stride[axis] >= length + Padding[axis] ? windows - 1 : windows;
    }

    /// <summary>What is padded by the rule or the file alone, without what a last window reaches beyond.</summary>
    public long[] Explicit(long height, long width) => Rule is null ? Padding : PaddingOf(height, width);

    private long Reach(int axis) => Dilation[axis] * (Kernel[axis] - 1) + 1;

    private (long Before, long Behind) Along(int axis, long length)
    {
        long needed = (Output(axis, length) - 1) * Stride[axis] + Reach(axis) - length;
        if (Rule is null)
            return (Padding[axis], Ceil ? Math.Max(Padding[axis + 2], needed - Padding[axis]) : Padding[axis + 2]);
        long total = Math.Max(0, needed);
        return Rule == "same_lower" ? (total - total / 2, total / 2) : (total / 2, total - total / 2);
    }
}
