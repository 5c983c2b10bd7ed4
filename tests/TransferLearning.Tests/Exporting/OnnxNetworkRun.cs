using System.Globalization;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Exporting;

/// <summary>Exports built-in networks, runs them in ONNX Runtime, and prints by how much logits and features differ from the library's.</summary>
/// <remarks>
/// <c>onnx [--int8] [--side PIXELS] [NAME...]</c>: all networks for images of 64 pixels by default; in int8, the error of the logits beside the simulated one.
/// </remarks>
internal static class OnnxNetworkRun
{
    public const string Verb = "onnx";

    private const int UsualSide = 64;

    private const double Bound = 1e-4, FarOff = 0.02;

    /// <returns>0 where none differs by more than a ten-thousandth of the norm, or in int8 much more than simulated, else 1.</returns>
    public static int Run(string[] arguments) => arguments is ["--int8", .. string[] others]
        ? EachNetwork.Run(others, UsualSide, Quantized)
        : EachNetwork.Run(arguments, UsualSide, Exported);

    private static (bool, string) Exported(string name, int side)
    {
        (double logits, double features) = OnnxScene.Difference(name, side, new OnnxExportOptions());
        return (logits <= Bound && features <= Bound, string.Create(CultureInfo.InvariantCulture, $"logits {logits:E1}, features {features:E1}"));
    }

    private static (bool, string) Quantized(string name, int side)
    {
        using var folder = new TemporaryFolder();
        (OnnxQuantizationReport report, double error) = OnnxScene.Quantize(name, side, folder.File("network.onnx"));
        return (error <= FarOff + 1.5 * report.OutputError, string.Create(CultureInfo.InvariantCulture, $"{error:0.000} in ONNX Runtime, {report}"));
    }
}
