using System.Text.Json;

namespace TransferLearning.Models;

/// <summary>A part of a model that its file names, and that whoever loads the file supplies: nothing is made from a file but built-in parts.</summary>
/// <param name="Identifier">The part's name in model files.</param>
/// <param name="Settings">The settings of the part, as a JSON object; undefined if there are none.</param>
public sealed record ModelPart(string Identifier, JsonElement Settings = default)
{
    /// <summary>Finds the part among those that are available.</summary>
    internal T FindIn<T>(IEnumerable<T> known, string kind, Func<T, string> identifierOf)
        where T : class
    {
        T[] all = [.. known];
        return Array.Find(all, part => identifierOf(part) == Identifier) ?? throw new InvalidDataException(
            $"needs the {kind} '{Identifier}', which is not available: pass it in the options of Load. "
            + $"Known: {string.Join(", ", all.Select(identifierOf).Distinct())}.");
    }

    /// <inheritdoc/>
    public bool Equals(ModelPart? other) => other is not null && Identifier == other.Identifier && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Identifier, Text);

    private string Text => Settings.ValueKind == JsonValueKind.Undefined ? "" : Settings.GetRawText();
}
