using System.Globalization;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Exporting;

/// <summary>Exports built-in networks, runs them in ONNX Runtime, and prints by how much logits and features differ from the library's.</summary>
/// <remarks>
/// <c>onnx [--int8] [--side PIXELS] [NAME...]</c>: all networks for images of 64 pixels by default; in int8, the error of the logits beside the simulated one.
/// </remarks>
internal static class OnnxNetworkRun
{
    public const string Verb = "onnx";

    private const double Bound = 1e-4, FarOff = 0.02;

    /// <returns>0 where none differs by more than a ten-thousandth of the norm, else 1.</returns>
    public static int Run(string[] arguments)
    {
        TorchSharp.torch.set_num_threads(1);
        bool isQuantized = arguments is ["--int8", ..];
        arguments = isQuantized ? arguments[1..] : arguments;
        int side = arguments is ["--side", string pixels, ..] ? int.Parse(pixels, CultureInfo.InvariantCulture) : 64;
        string[] names = [.. arguments.Skip(arguments is ["--side", ..] ? 2 : 0)];
        int wrong = 0;
        foreach (string name in names.Length > 0 ? names : [.. ((IEnumerable<object[]>)NetworkNames.All).Select(row => (string)row[0])])
        {
            string outcome;
            try
            {
                if (isQuantized)
                {
                    using var folder = new TemporaryFolder();
                    (OnnxQuantizationReport report, double error) = OnnxScene.Quantize(name, side, folder.File("network.onnx"));
                    wrong += error <= FarOff + 1.5 * report.OutputError ? 0 : 1;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {error:0.000} in ONNX Runtime, {report}"));
                    continue;
                }
                (double logits, double features) = OnnxScene.Difference(name, side, new OnnxExportOptions());
                wrong += logits <= Bound && features <= Bound ? 0 : 1;
                outcome = string.Create(CultureInfo.InvariantCulture, $"logits {logits:E1}, features {features:E1}");
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                wrong++;
                outcome = failure.ToString();
            }
            Console.WriteLine($"{name}: {outcome}");
        }
        Console.WriteLine($"{wrong} beyond the bound");
        return wrong == 0 ? 0 : 1;
    }
}
