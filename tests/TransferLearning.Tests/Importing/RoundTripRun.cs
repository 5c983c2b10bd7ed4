using System.Diagnostics;
using System.Globalization;
using TransferLearning.Tests.Exporting;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Importing;

/// <summary>Sends built-in networks through an ONNX file and back, and prints by how much logits and steps of SGD differ.</summary>
/// <remarks><c>round-trip [--side PIXELS] [NAME...]</c>: all networks, small to large, for images of 224 pixels by default. The largest takes 12 GB of memory.</remarks>
internal static class RoundTripRun
{
    public const string Verb = "round-trip";

    private const double MostOfLogits = 1e-4, MostOfStep = 1e-5;

    /// <returns>0 where logits differ by no more than 1e-4 of their norm and parameters by no more than 1e-5 of theirs, if need be computed in float64, else 1.</returns>
    public static int Run(string[] arguments) => EachNetwork.Run(arguments, usualSide: 224, (name, side) =>
    {
        var watch = Stopwatch.StartNew();
        RoundTrip trip = RoundTrip.Of(name, side);
        double? exact = trip.Step > MostOfStep ? RoundTrip.Of(name, side, ScalarType.Float64).Step : null;
        return (trip.Logits <= MostOfLogits && (exact ?? trip.Step) <= MostOfStep, string.Create(
            CultureInfo.InvariantCulture,
            $"exported {trip.Exported:E1}, imported {trip.Imported:E1}, between {trip.Between:E1}, step {trip.Step:E1}{exact:' ('0.0E-0' in float64)'}, {trip.Found} parameters, {trip.Others} others, {watch.Elapsed.TotalSeconds:0} s"));
    });
}
