namespace TransferLearning.Networks;

/// <summary>The sides of the images that a network takes, in pixels.</summary>
public sealed record ImageSides
{
    private readonly int _side, _step;
    private readonly bool _isOnly;

    private ImageSides(int side, int step = 1, bool isOnly = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        _side = side;
        _step = step;
        _isOnly = isOnly;
    }

    /// <summary>Images of any size.</summary>
    public static ImageSides Any { get; } = AtLeast(1);

    /// <summary>The smallest side that the network takes.</summary>
    public int Smallest => _side;

    /// <summary>The largest side that the network takes; null where there is no limit.</summary>
    public int? Largest => _isOnly ? _side : null;

    /// <summary>Images with both sides of at least this length; below it, a feature map would become empty.</summary>
    /// <param name="side">In pixels, at least 1.</param>
    /// <returns>The sides.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is below 1.</exception>
    public static ImageSides AtLeast(int side) => new(side);

    /// <summary>Images with both sides a multiple of this length: at others, feature maps that the network adds or joins would differ in size.</summary>
    /// <param name="length">In pixels, at least 1.</param>
    /// <returns>The sides.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    public static ImageSides MultiplesOf(int length) => new(length, step: length);

    /// <summary>Square images of one size alone: the network has a weight for each position.</summary>
    /// <param name="side">In pixels, at least 1.</param>
    /// <returns>The sides.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is below 1.</exception>
    public static ImageSides Exactly(int side) => new(side, isOnly: true);

    /// <summary>Whether the network takes images of this size.</summary>
    /// <param name="height">In pixels.</param>
    /// <param name="width">In pixels.</param>
    /// <returns>True where it does.</returns>
    public bool Allow(long height, long width) => _isOnly ? height == _side && width == _side : IsAllowed(height) && IsAllowed(width);

    /// <summary>The sides in words, as error messages have them.</summary>
    /// <returns>"224 x 224 pixels", "at least 32 x 32 pixels", or "multiples of 32 pixels on both sides".</returns>
    public override string ToString() =>
        _step > 1 ? $"multiples of {_step} pixels on both sides" : $"{(_isOnly ? "" : "at least ")}{_side} x {_side} pixels";

    private bool IsAllowed(long length) => length >= _side && length % _step == 0;
}
