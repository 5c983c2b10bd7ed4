using System.Globalization;
using System.Text;

namespace TransferLearning;

// All precisions side by side.
public static partial class OnnxExporter
{
    /// <summary>Writes a model in each precision, and runs the files on the same images, so that size, accuracy and latency can be weighed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">
    /// Where "float32.onnx", "float16.onnx" and, where there are calibration images, "int8.onnx" are written; made where it is missing.
    /// </param>
    /// <param name="options">
    /// As for <see cref="ExportOnnx"/>, with a verifier and verification images, whose labels give the accuracy. The precision is not used, nor are
    /// the bounds: a file that differs is a row of the table.
    /// </param>
    /// <returns>A row for each file; its text is a table.</returns>
    /// <exception cref="ArgumentException">There is no verifier, or there are no verification images.</exception>
    /// <inheritdoc cref="ExportOnnx" path="/exception[not(@cref='T:System.ArgumentException')]"/>
    public static OnnxPrecisionTable CompareOnnxPrecisions(this Predictor model, string folder, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(folder);
        IEnumerable<OnnxPrecision> precisions = Enum.GetValues<OnnxPrecision>()
            .Where(precision => precision != OnnxPrecision.Int8 || options.CalibrationImages is { Samples.Count: > 0 });
        return new OnnxPrecisionTable([.. precisions.Select(precision => Export(
            model, Path.Combine(folder, $"{precision.ToString().ToLowerInvariant()}.onnx"), options with { Precision = precision, RequireVerification = true },
            isBound: false))]);
    }
}

/// <summary>A model in several precisions; <see cref="ToString"/> prints a table.</summary>
/// <param name="Rows">A verified file for each precision.</param>
public sealed record OnnxPrecisionTable(IReadOnlyList<OnnxExportResult> Rows)
{
    /// <summary>A line for each file: size, accuracy with its interval of 95 %, labels that agree with the model's, largest difference, and latency.</summary>
    /// <returns>The text, with a line feed behind each line.</returns>
    public override string ToString()
    {
        string[][] lines =
        [
            ["precision", "size", "accuracy", "labels agree", "largest difference", "per image"],
            .. Rows.Select(row => (string[])
            [
                row.Precision.ToString().ToLowerInvariant(), Text($"{row.WeightBytes / 1e6:0.0} MB"), Accuracy(row.Verification!),
                row.Verification!.LabelAgreement is { } share ? Text($"{100 * share:0.0} %") : "-", Text($"{row.Verification.LargestDifference:G2}"),
                Text($"{row.Verification.Milliseconds:0.0} ms"),
            ]),
        ];
        int[] widths = [.. lines[0].Select((_, column) => lines.Max(line => line[column].Length))];
        var table = new StringBuilder();
        foreach (string[] line in lines)
            table.AppendJoin("  ", line.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append('\n');
        return table.ToString();
    }

    private static string Accuracy(OnnxVerification verification) =>
        verification.Accuracy is { } accuracy ? Text($"{accuracy:0.000} ({verification.AccuracyInterval})") : "-";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
