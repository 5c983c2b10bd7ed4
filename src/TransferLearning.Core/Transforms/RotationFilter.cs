namespace TransferLearning.Transforms;

/// <summary>How a rotation finds the colour of a place between pixels.</summary>
public enum RotationFilter
{
    /// <summary>The nearest pixel's; torchvision's default.</summary>
    Nearest,

    /// <summary>A weighted mean of the four pixels around; smoother and slower.</summary>
    Bilinear,
}
