using System.Globalization;
using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>Lays a confusion matrix out as aligned text.</summary>
internal static class ConfusionTable
{
    public static string Format(ConfusionMatrix matrix)
    {
        ClassScores[] scores = [.. Enumerable.Range(0, matrix.Classes.Count).Select(matrix.GetScores)];
        string[][] rows =
        [
            ["actual \\ predicted", .. matrix.Classes.Select(PrintableText.Of), "recall"],
            .. scores.Select((score, actual) => (string[])[PrintableText.Of(score.Name), .. Counts(matrix, actual), Share(score.Recall)]),
            ["precision", .. scores.Select(score => Share(score.Precision)), Share(matrix.Accuracy)],
        ];

        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return string.Join('\n', rows.Select(row => Line(row, widths)));
    }

    private static IEnumerable<string> Counts(ConfusionMatrix matrix, int actual) =>
        Enumerable.Range(0, matrix.Classes.Count).Select(predicted => matrix[actual, predicted].ToString(CultureInfo.InvariantCulture));

    private static string Line(string[] row, int[] widths) =>
        row[0].PadRight(widths[0]) + string.Concat(row.Skip(1).Select((cell, column) => "  " + cell.PadLeft(widths[column + 1])));

    private static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
