using SkiaSharp;

namespace TransferLearning.Training.RateSearch;

/// <summary>Capital letters, digits and some signs as strokes, so that a plot has text on a machine without fonts, and the same everywhere.</summary>
internal static class StrokeFont
{
    private const float Rows = 6;
    private const float Advance = 5.6f;

    // Lines through points, each a column from 0 to 4 and a row from 0, the top, to 6; a bar lifts the pen.
    private static readonly Dictionary<char, string> _glyphs = new()
    {
        ['A'] = "06 02 20 42 46|04 44",
        ['B'] = "00 06 36 45 44 33 03|00 30 41 42 33",
        ['C'] = "41 30 10 01 05 16 36 45",
        ['D'] = "00 06 26 44 42 20 00",
        ['E'] = "40 00 06 46|03 33",
        ['F'] = "40 00 06|03 33",
        ['G'] = "41 30 10 01 05 16 36 45 43 23",
        ['H'] = "00 06|40 46|03 43",
        ['I'] = "10 30|20 26|16 36",
        ['J'] = "40 45 36 16 05",
        ['K'] = "00 06|40 03 46",
        ['L'] = "00 06 46",
        ['M'] = "06 00 23 40 46",
        ['N'] = "06 00 46 40",
        ['O'] = "10 30 41 45 36 16 05 01 10",
        ['P'] = "06 00 30 41 42 33 03",
        ['Q'] = "10 30 41 45 36 16 05 01 10|34 46",
        ['R'] = "06 00 30 41 42 33 03|23 46",
        ['S'] = "41 30 10 01 02 13 33 44 45 36 16 05",
        ['T'] = "00 40|20 26",
        ['U'] = "00 05 16 36 45 40",
        ['V'] = "00 26 40",
        ['W'] = "00 16 23 36 40",
        ['X'] = "00 46|40 06",
        ['Y'] = "00 23 40|23 26",
        ['Z'] = "00 40 06 46",
        ['0'] = "10 30 41 45 36 16 05 01 10",
        ['1'] = "11 20 26|16 36",
        ['2'] = "01 10 30 41 42 06 46",
        ['3'] = "01 10 30 41 42 33 44 45 36 16 05|13 33",
        ['4'] = "36 30 04 44",
        ['5'] = "40 00 03 33 44 45 36 16 05",
        ['6'] = "30 10 01 05 16 36 45 44 33 03",
        ['7'] = "00 40 16",
        ['8'] = "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
        ['9'] = "16 36 45 41 30 10 01 02 13 43",
        ['.'] = "25 26",
        ['-'] = "13 33",
        ['/'] = "06 40",
        [':'] = "21 22|25 26",
    };

    /// <summary>Draws one line of text, lowercase letters as capitals; characters without strokes are left out.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">Its left, or its middle.</param>
    /// <param name="top">Its top.</param>
    /// <param name="height">The height of a letter.</param>
    /// <param name="color">Its color.</param>
    /// <param name="center">Whether <paramref name="x"/> is its middle.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float top, float height, SKColor color, bool center = false)
    {
        float unit = height / Rows;
        float left = center ? x - (text.Length * Advance - 1) * unit / 2 : x;
        using var paint = new SKPaint { Color = color, StrokeWidth = 1.8f, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round, IsAntialias = true };
        foreach ((int index, char letter) in text.ToUpperInvariant().Index())
        {
            foreach (string line in _glyphs.GetValueOrDefault(letter, "").Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                using var path = new SKPath();
                path.AddPoly([.. line.Split(' ').Select(point => new SKPoint(
                    left + (index * Advance + point[0] - '0') * unit, top + (point[1] - '0') * unit))], close: false);
                canvas.DrawPath(path, paint);
            }
        }
    }
}
