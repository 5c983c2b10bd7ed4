using System.Diagnostics;
using System.Globalization;
using TransferLearning.Tests.Exporting;

namespace TransferLearning.Tests.Importing;

/// <summary>Sends built-in networks through an ONNX file and back, and prints by how much logits and steps of SGD differ.</summary>
/// <remarks><c>round-trip [--side PIXELS] [NAME...]</c>: all networks, small to large, for images of 224 pixels by default. The largest takes 12 GB of memory.</remarks>
internal static class RoundTripRun
{
    public const string Verb = "round-trip";

    /// <returns>0 where logits differ by no more than 1e-4 of their norm and parameters by no more than 1e-5 of theirs, else 1.</returns>
    public static int Run(string[] arguments) => EachNetwork.Run(arguments, usualSide: 224, (name, side) =>
    {
        var watch = Stopwatch.StartNew();
        RoundTrip trip = RoundTrip.Of(name, side);
        return (trip.Logits <= 1e-4 && trip.StepOfNorm <= 1e-5, string.Create(
            CultureInfo.InvariantCulture,
            $"exported {trip.Exported:E1}, imported {trip.Imported:E1}, between {trip.Between:E1}, step {trip.StepOfNorm:E1}, of one value {trip.Step:E1}, {trip.Found} parameters, {trip.Others} others, {watch.Elapsed.TotalSeconds:0} s"));
    });
}
