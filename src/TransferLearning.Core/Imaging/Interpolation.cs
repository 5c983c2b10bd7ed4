namespace TransferLearning.Imaging;

/// <summary>The filter of a resize; both widen with the reduction (antialiasing), as Pillow's do.</summary>
public enum Interpolation
{
    /// <summary>The triangle filter, support 1.</summary>
    Bilinear,

    /// <summary>The cubic filter with a = -0.5, support 2 (Keys, 1981).</summary>
    Bicubic,
}
