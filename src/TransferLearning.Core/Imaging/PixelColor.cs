namespace TransferLearning.Imaging;

/// <summary>The color of a pixel, 0 to 255 each; the default is black.</summary>
/// <param name="Red">The red channel.</param>
/// <param name="Green">The green channel.</param>
/// <param name="Blue">The blue channel.</param>
public readonly record struct PixelColor(byte Red, byte Green, byte Blue)
{
    /// <summary>As in HTML: #RRGGBB.</summary>
    /// <returns>Seven characters.</returns>
    public override string ToString() => $"#{Red:X2}{Green:X2}{Blue:X2}";

    /// <summary>Colors every pixel of a row, or of a part of one.</summary>
    internal void Fill(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += PixelBuffer.Channels)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (Red, Green, Blue);
    }
}
