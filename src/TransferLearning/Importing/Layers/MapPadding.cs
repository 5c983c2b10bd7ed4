using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>Padding of maps.</summary>
internal static class MapPadding
{
    /// <param name="maps">[N, channels, H, W].</param>
    /// <param name="sides">Above, left, below, right.</param>
    /// <param name="value">What is put there.</param>
    public static Tensor Of(Tensor maps, long[] sides, double value) =>
        sides.All(side => side == 0) ? maps : nn.functional.pad(maps, [sides[1], sides[3], sides[0], sides[2]], PaddingModes.Constant, value);
}
