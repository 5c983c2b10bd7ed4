namespace TransferLearning.Backbones.Layers;

/// <summary>How many channels a network has that is widened or narrowed by a factor.</summary>
internal static class ChannelCount
{
    /// <summary>The nearest multiple of 8, at least 8, that does not take away more than a tenth.</summary>
    public static int NearestMultipleOf8(double channels)
    {
        int rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }
}
