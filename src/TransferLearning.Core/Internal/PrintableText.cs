namespace TransferLearning.Internal;

/// <summary>Text for logs, errors and tables from names that others chose: no name begins a line, moves a cursor or turns the direction of writing.</summary>
internal static class PrintableText
{
    /// <summary>The text with each control character, line separator and sign of direction written as its code, such as \u001b.</summary>
    public static string Of(string text) => text.Any(IsHidden) ? Escaped(text, IsHidden) : text;

    /// <summary>The text with all but ASCII written as codes, which tells apart what looks the same.</summary>
    public static string Codes(string text) => Escaped(text, character => IsHidden(character) || !char.IsAscii(character));

    // Source: Unicode 16, chapter 23.2 and annex 9, the marks, embeddings, overrides and isolates of direction.
    private static bool IsHidden(char character) =>
        char.IsControl(character) || character is (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c';

    private static string Escaped(string text, Func<char, bool> isEscaped) =>
        string.Concat(text.Select(character => isEscaped(character) ? $"\\u{(int)character:x4}" : $"{character}"));
}
