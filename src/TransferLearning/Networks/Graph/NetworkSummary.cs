using System.Globalization;
using System.Text;

namespace TransferLearning.Networks.Graph;

/// <summary>What one stage of a network gives, holds and computes.</summary>
public sealed record StageSummary
{
    /// <summary>The stage's name.</summary>
    public required string Name { get; init; }

    /// <summary>The shape of what it gives.</summary>
    public required IReadOnlyList<GraphDimension> OutputShape { get; init; }

    /// <summary>The number of values in its parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those that want a gradient: that are not frozen.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>The multiplications of one image, each with its addition; see <see cref="IGraphLayer.MultiplyAdds"/>.</summary>
    public required long MultiplyAdds { get; init; }
}

/// <summary>A network stage by stage; <see cref="ToString"/> prints it as a table.</summary>
public sealed record NetworkSummary
{
    /// <summary>The network's name.</summary>
    public required string Name { get; init; }

    /// <summary>The shape of the images, [N, channels, H, W].</summary>
    public required IReadOnlyList<GraphDimension> ImageShape { get; init; }

    /// <summary>The stages from the images to the logits.</summary>
    public required IReadOnlyList<StageSummary> Stages { get; init; }

    /// <summary>The number of values in all parameters.</summary>
    public long Parameters => Stages.Sum(stage => stage.Parameters);

    /// <summary>Those that are not frozen.</summary>
    public long TrainableParameters => Stages.Sum(stage => stage.TrainableParameters);

    /// <summary>The multiplications of one image, each with its addition.</summary>
    public long MultiplyAdds => Stages.Sum(stage => stage.MultiplyAdds);

    /// <summary>A table with a line for each stage and one for their sums.</summary>
    /// <returns>The text, with a line feed behind each line.</returns>
    public override string ToString()
    {
        string[][] rows =
        [
            ["stage", "output shape", "parameters", "trainable", "multiply-adds"],
            ["images", Text(ImageShape), "", "", ""],
            .. Stages.Select(stage => (string[])
                [stage.Name, Text(stage.OutputShape), Text(stage.Parameters), Text(stage.TrainableParameters), Text(stage.MultiplyAdds)]),
            [Name, "", Text(Parameters), Text(TrainableParameters), Text(MultiplyAdds)],
        ];
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        string line = new('-', widths.Sum() + 2 * (widths.Length - 1));

        var table = new StringBuilder();
        foreach ((int index, string[] row) in rows.Index())
        {
            if (index == 1 || index == rows.Length - 1)
                table.Append(line).Append('\n');
            table.AppendJoin("  ", row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append('\n');
        }
        return table.ToString();
    }

    private static string Text(IEnumerable<GraphDimension> shape) => $"[{string.Join(", ", shape)}]";

    private static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
