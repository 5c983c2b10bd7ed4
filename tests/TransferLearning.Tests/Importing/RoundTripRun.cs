using System.Diagnostics;
using System.Globalization;
using TransferLearning.Tests.Networks;

namespace TransferLearning.Tests.Importing;

/// <summary>Sends built-in networks through an ONNX file and back, and prints by how much logits and steps of SGD differ.</summary>
/// <remarks><c>round-trip [--side PIXELS] [NAME...]</c>: all networks, small to large, for images of 224 pixels by default. The largest takes 12 GB of memory.</remarks>
internal static class RoundTripRun
{
    public const string Verb = "round-trip";

    /// <returns>0 where logits differ by no more than 1e-4 of their norm and parameters by no more than 1e-5 of theirs, else 1.</returns>
    public static int Run(string[] arguments)
    {
        TorchSharp.torch.set_num_threads(1);
        bool hasSide = arguments is ["--side", _, ..];
        int side = hasSide ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 224;
        string[] names = hasSide ? arguments[2..] : arguments;
        int wrong = 0;
        foreach (string name in names.Length > 0 ? names : [.. ((IEnumerable<object[]>)NetworkNames.All).Select(row => (string)row[0])])
        {
            var watch = Stopwatch.StartNew();
            string outcome;
            try
            {
                RoundTrip trip = RoundTrip.Of(name, side);
                bool isWithin = trip.Logits <= 1e-4 && trip.Step <= 1e-5;
                wrong += isWithin ? 0 : 1;
                outcome = string.Create(
                    CultureInfo.InvariantCulture,
                    $"exported {trip.Exported:E1}, imported {trip.Imported:E1}, between {trip.Between:E1}, step {trip.Step:E1}, {trip.Found} parameters, {trip.Others} others, {watch.Elapsed.TotalSeconds:0} s{(isWithin ? "" : "  BEYOND")}");
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                wrong++;
                outcome = failure.ToString();
            }
            Console.WriteLine($"{name}: {outcome}");
            GC.Collect();
        }
        Console.WriteLine($"{wrong} beyond");
        return wrong == 0 ? 0 : 1;
    }
}
