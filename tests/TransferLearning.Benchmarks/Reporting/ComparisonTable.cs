using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Benchmarks.Reporting;

internal static class ComparisonTable
{
    public static void Show(IEnumerable<Comparison> rows)
    {
        Table table = new Table().AddColumns("what", "unit", "bare TorchSharp", "library", "times as good");
        foreach (Comparison row in rows)
            table.AddRow(row.Name.EscapeMarkup(), row.Unit, Number(row.Bare), Number(row.Library), row.Ratio.ToString("0.00", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    private static string Number(Measurement measurement) => measurement.Value.ToString(measurement.Value >= 100 ? "0" : "0.00", CultureInfo.InvariantCulture);
}
