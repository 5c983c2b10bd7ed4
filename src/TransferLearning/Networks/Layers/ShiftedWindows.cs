using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// How maps of one size are cut into square windows: with zeros below and to the right up to whole windows, and shifted around the edges
/// where that is asked for and there is more than one window along the axis. What is made belongs to the caller's dispose scope.
/// </summary>
/// <remarks>Z. Liu et al., "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows", ICCV 2021 (section 3.2, figure 4).</remarks>
internal sealed class ShiftedWindows
{
    private static readonly Scalar _one = 1;
    private static readonly Scalar _apart = -100;   // added to a score, it leaves nothing behind the softmax

    private readonly long _images, _height, _width, _side, _rows, _columns, _down, _right;

    /// <param name="shape">[N, H, W, channels], of the maps to cut.</param>
    /// <param name="side">The windows' side.</param>
    /// <param name="shift">How far the windows lie down and to the right, 0 to below the side.</param>
    public ShiftedWindows(long[] shape, long side, long shift)
    {
        (_images, _height, _width, _side) = (shape[0], shape[1], shape[2], side);
        _rows = (_height + side - 1) / side;
        _columns = (_width + side - 1) / side;
        _down = _rows > 1 ? shift : 0;
        _right = _columns > 1 ? shift : 0;
    }

    private long PaddedHeight => _rows * _side;

    private long PaddedWidth => _columns * _side;

    private bool IsPadded => PaddedHeight != _height || PaddedWidth != _width;

    private bool IsShifted => _down + _right > 0;

    /// <summary>[N, H, W, channels] to [N * windows, side * side, channels].</summary>
    public Tensor Cut(Tensor maps)
    {
        Tensor padded = IsPadded ? nn.functional.pad(maps, [0, 0, 0, PaddedWidth - _width, 0, PaddedHeight - _height]) : maps;
        return Partition(IsShifted ? padded.roll([-_down, -_right], [1, 2]) : padded);
    }

    /// <summary>The way back: [N * windows, side * side, channels] to [N, H, W, channels].</summary>
    public Tensor Join(Tensor windows)
    {
        Tensor joined = windows.reshape(_images, _rows, _columns, _side, _side, -1).permute(0, 1, 3, 2, 4, 5).reshape(_images, PaddedHeight, PaddedWidth, -1);
        Tensor restored = IsShifted ? joined.roll([_down, _right], [1, 2]) : joined;
        return IsPadded ? restored.narrow(1, 0, _height).narrow(2, 0, _width) : restored;
    }

    /// <summary>
    /// Adds to what attention adds to its scores that tokens from opposite edges of the image, in one window by the shift alone, do not attend to
    /// one another.
    /// </summary>
    /// <param name="bias">[heads, side * side, side * side]; borrowed.</param>
    /// <returns>[1, heads, side * side, side * side], or one for each window, [N * windows, ...].</returns>
    public Tensor Separate(Tensor bias)
    {
        if (!IsShifted)
            return bias.unsqueeze(0);

        Tensor regions = Partition(Regions(bias.device));                                                                  // [windows, tokens, 1]
        Tensor apart = regions.ne(regions.transpose(1, 2)).to(bias.dtype).mul(_apart);                                     // [windows, tokens, tokens]
        return bias.add(apart.unsqueeze(1), _one).repeat(_images, 1, 1, 1);
    }

    private Tensor Partition(Tensor maps) =>
        maps.reshape(maps.shape[0], _rows, _side, _columns, _side, maps.shape[3]).permute(0, 1, 3, 2, 4, 5).reshape(-1, _side * _side, maps.shape[3]);

    // [1, H, W, 1]: a number for each part of the shifted maps that is one piece in the image, too.
    private Tensor Regions(Device device)
    {
        var regions = new int[PaddedHeight * PaddedWidth];
        for (long row = 0; row < PaddedHeight; row++)
        {
            for (long column = 0; column < PaddedWidth; column++)
                regions[row * PaddedWidth + column] = 3 * Part(row, PaddedHeight, _down) + Part(column, PaddedWidth, _right);
        }
        return tensor(regions, [1, PaddedHeight, PaddedWidth, 1], device: device);
    }

    // Of an axis: all but the last window, what of that one lies before the edge, and what comes from the other edge.
    private int Part(long at, long length, long shift) =>
        shift == 0 || at < length - _side ? 0 : at < length - shift ? 1 : 2;
}
