using System.Globalization;
using TransferLearning.Published;
using TransferLearning.Tests.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

/// <summary>docs/backbones.md, whose table is written from <see cref="Pretrained.Catalog"/>: "dotnet run --project tests/TransferLearning.Tests -- backbones".</summary>
internal static class BackbonesDocument
{
    public const string Verb = "backbones";

    private const string Begin = "<!-- networks: begin -->\n";
    private const string End = "<!-- networks: end -->\n";

    public static string Path => System.IO.Path.Combine(SourceTree.Root, "docs", "backbones.md");

    /// <summary>The document with its table as the catalogue has it; the rest as it is.</summary>
    public static string Expected()
    {
        string text = File.ReadAllText(Path);
        return text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + Table() + text[text.IndexOf(End, StringComparison.Ordinal)..];
    }

    private static string Table()
    {
        string[] head =
        [
            $"{Pretrained.Names.Count} networks, {Pretrained.Catalog.Count} files of weights:",
            "",
            "| network | method of `Pretrained` | weights | parameters | features | top-1 % | top-5 % | MB | GFLOPS | side | license |",
            "|---|---|---|--:|--:|--:|--:|--:|--:|--:|---|",
        ];
        return string.Concat(head.Concat(Pretrained.Catalog.Select(Line)).Select(line => line + "\n"));
    }

    private static string Line(PublishedBackbone row) => string.Create(CultureInfo.InvariantCulture,
        $"| {row.Name} | `{PretrainedFactories.MethodName(row.Name)}` | {row.Weights}{(row.IsDefault ? " (default)" : "")} | {row.Parameters / 1e6:F1} M | {row.Features} | {row.Top1Accuracy:F2} | {row.Top5Accuracy:F2} | {row.Megabytes:F1} | {row.Gflops:F2} | {row.Preprocessing.CropTo} | {row.License} |");
}
