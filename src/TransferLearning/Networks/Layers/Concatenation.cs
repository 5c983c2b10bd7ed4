using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Puts maps of one size behind one another, channel after channel: where branches meet.</summary>
internal static class Concatenation
{
    /// <summary>Joins the maps and disposes them.</summary>
    /// <param name="maps">[N, channels, H, W] each; owned from here on.</param>
    /// <returns>[N, all channels, H, W]; the caller disposes it.</returns>
    public static Tensor OfChannels(params Tensor[] maps)
    {
        try
        {
            return cat(maps, dim: 1);
        }
        finally
        {
            foreach (Tensor map in maps)
                map.Dispose();
        }
    }
}
