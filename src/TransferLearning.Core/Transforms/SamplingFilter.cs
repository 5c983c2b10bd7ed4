namespace TransferLearning.Transforms;

/// <summary>The interpolation of a rotation, a shear, or another transform that moves pixels; none is antialiased.</summary>
public enum SamplingFilter
{
    /// <summary>The nearest pixel's; torchvision's default.</summary>
    Nearest,

    /// <summary>A weighted mean of the four nearest pixels; smoother and slower.</summary>
    Bilinear,
}
