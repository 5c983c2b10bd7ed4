using SkiaSharp;
using Spectre.Console;
using TransferLearning;
using TransferLearning.Data;

namespace AntsAndBees;

/// <summary>Draws validation photographs with what the model says of them, as the tutorial does.</summary>
internal static class PredictionSheet
{
    private const int Columns = 3;
    private const int Rows = 2;
    private const int Side = 280;
    private const int Caption = 36;

    public static void Draw(Predictor model, IDatasetSource photographs, string path)
    {
        if (SKFontManager.Default.FontFamilyCount == 0)
            AnsiConsole.MarkupLine("[yellow]No font is installed here, so the image has no captions. On Debian: apt-get install fonts-dejavu-core[/]");

        using var surface = SKSurface.Create(new SKImageInfo(Columns * Side, Rows * (Side + Caption)));
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(SKColors.White);

        int count = Columns * Rows;
        for (int cell = 0; cell < count; cell++)
        {
            int index = (2 * cell + 1) * photographs.Samples.Count / (2 * count); // spread evenly over the classes
            byte[] encoded = photographs.Load(index).ToArray();
            Prediction prediction = model.Predict(encoded);
            bool right = prediction.ClassIndex == photographs.Samples[index].ClassIndex;
            DrawCell(canvas, cell % Columns * Side, cell / Columns * (Side + Caption), encoded, prediction.ToString(), right);
        }

        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        using FileStream file = File.Create(path);
        png.SaveTo(file);
    }

    private static void DrawCell(SKCanvas canvas, int left, int top, byte[] encoded, string caption, bool right)
    {
        using var font = new SKFont(SKTypeface.Default, size: 18);
        using var ink = new SKPaint { IsAntialias = true, Color = right ? SKColors.Black : SKColors.Firebrick };
        canvas.DrawText(caption, left + 8, top + 25, font, ink);

        using SKBitmap photograph = SKBitmap.Decode(encoded);
        float scale = Math.Min((Side - 8f) / photograph.Width, (Side - 8f) / photograph.Height);
        SKRect place = SKRect.Create(left + 4, top + Caption, photograph.Width * scale, photograph.Height * scale);
        using SKImage image = SKImage.FromBitmap(photograph);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
    }
}
