namespace TransferLearning.Networks.Layers;

/// <summary>How many channels a layer gets where a family of networks scales its widths.</summary>
internal static class ChannelCount
{
    /// <summary>The nearest multiple, at least one of them, that does not take away more than a tenth.</summary>
    /// <remarks>The rule of TensorFlow's MobileNets, which the families after them took over.</remarks>
    public static int NearestMultiple(double channels, int divisor = 8)
    {
        int rounded = Math.Max(divisor, (int)(channels + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * channels ? rounded + divisor : rounded;
    }
}
