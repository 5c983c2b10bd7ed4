using System.Globalization;
using TransferLearning.Tests.Networks;

namespace TransferLearning.Tests.Exporting;

/// <summary>A measurement of built-in networks one by one, of which a line each is printed.</summary>
internal static class EachNetwork
{
    /// <param name="arguments"><c>[--side PIXELS] [NAME...]</c>; all networks, small to large, where none is named.</param>
    /// <param name="usualSide">The side of the images where it is not said.</param>
    /// <param name="measure">From a name and a side, whether it is within the bounds, and what to print.</param>
    /// <returns>0 where all are within their bounds, else 1.</returns>
    public static int Run(string[] arguments, int usualSide, Func<string, int, (bool IsWithin, string Outcome)> measure)
    {
        TorchSharp.torch.set_num_threads(1);
        bool hasSide = arguments is ["--side", _, ..];
        int side = hasSide ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : usualSide;
        string[] names = hasSide ? arguments[2..] : arguments;
        int wrong = 0;
        foreach (string name in names.Length > 0 ? names : [.. ((IEnumerable<object[]>)NetworkNames.All).Select(row => (string)row[0])])
        {
            (bool isWithin, string outcome) = Measured(name);
            wrong += isWithin ? 0 : 1;
            Console.WriteLine($"{name}: {outcome}{(isWithin ? "" : "  BEYOND")}");
            GC.Collect();       // the largest networks fill the memory
        }
        Console.WriteLine($"{wrong} beyond the bound");
        return wrong == 0 ? 0 : 1;

        (bool, string) Measured(string name)
        {
            try
            {
                return measure(name, side);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                return (false, failure.ToString());
            }
        }
    }
}
