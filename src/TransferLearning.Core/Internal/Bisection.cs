namespace TransferLearning.Internal;

/// <summary>Roots by halving an interval.</summary>
internal static class Bisection
{
    private const int MostHalvings = 100;

    /// <summary>Where a rising function is 0; an end of the interval where it is 0 nowhere inside.</summary>
    public static double Root(Func<double, double> rising, double low, double high)
    {
        for (int halving = 0; halving < MostHalvings; halving++)
        {
            double middle = (low + high) / 2;
            if (middle == low || middle == high)
                break; // no number is in between
            (low, high) = rising(middle) < 0 ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }
}
