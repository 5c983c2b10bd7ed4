using System.Globalization;
using SkiaSharp;

namespace TransferLearning.Training.RateSearch;

/// <summary>The plot of a search: smoothed loss and single losses over the learning rate on a logarithmic scale, with the suggestions.</summary>
internal sealed class LearningRatePlot
{
    private const int Width = 960;
    private const int Height = 600;
    private const int TextHeight = 14;
    private static readonly SKRect _area = new(90, 30, Width - 30, Height - 80);
    private static readonly SKColor _ink = new(40, 40, 40);
    private static readonly SKColor _grid = new(225, 225, 225);
    private static readonly SKColor _single = new(165, 195, 230);
    private static readonly SKColor _smoothed = new(20, 80, 160);
    private static readonly SKColor[] _suggestions = [new(200, 40, 40), new(30, 130, 60), new(190, 110, 0)];

    private readonly LearningRateCurve _curve;
    private readonly double _lowRate, _highRate, _lowLoss, _highLoss;

    public LearningRatePlot(LearningRateCurve curve)
    {
        _curve = curve;
        (_lowRate, _highRate) = (Math.Log10(curve.Points[0].LearningRate), Math.Log10(curve.Points[^1].LearningRate));
        double[] losses = [.. curve.Points.Select(point => point.Smoothed)];
        double highest = losses[..^Math.Min(5, losses.Length - 1)].Max(); // the last ones diverge
        double margin = Math.Max((highest - losses.Min()) * 0.15, 1e-6);
        (_lowLoss, _highLoss) = (losses.Min() - margin, highest + margin);
    }

    /// <summary>Writes the plot as PNG.</summary>
    public void Write(Stream stream)
    {
        using var bitmap = new SKBitmap(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
            Draw(canvas);
        using SKData encoded = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        encoded.SaveTo(stream);
    }

    private void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        DrawAxes(canvas);

        canvas.Save();
        canvas.ClipRect(_area);
        DrawLine(canvas, _curve.Points.Select(point => At(point.LearningRate, point.Loss)), _single, width: 1.5f);
        DrawLine(canvas, _curve.Points.Select(point => At(point.LearningRate, point.Smoothed)), _smoothed, width: 3);
        canvas.Restore();

        foreach ((int index, LearningRateSuggestion suggestion) in _curve.Suggestions.Index())
            DrawSuggestion(canvas, index, suggestion);
    }

    private void DrawAxes(SKCanvas canvas)
    {
        for (int decade = (int)Math.Ceiling(_lowRate - 1e-9); decade <= _highRate + 1e-9; decade++)
        {
            float x = At(Math.Pow(10, decade), _lowLoss).X;
            DrawLine(canvas, [new SKPoint(x, _area.Top), new SKPoint(x, _area.Bottom)], _grid, width: 1);
            StrokeFont.Draw(canvas, $"1E{decade.ToString(CultureInfo.InvariantCulture)}", x, _area.Bottom + 12, TextHeight, _ink, center: true);
        }
        for (int tick = 0; tick <= 4; tick++)
        {
            double loss = _lowLoss + (_highLoss - _lowLoss) * tick / 4;
            float y = At(_curve.Points[0].LearningRate, loss).Y;
            DrawLine(canvas, [new SKPoint(_area.Left, y), new SKPoint(_area.Right, y)], _grid, width: 1);
            StrokeFont.Draw(canvas, loss.ToString("0.000", CultureInfo.InvariantCulture), 12, y - TextHeight / 2f, TextHeight, _ink);
        }
        DrawLine(
            canvas, [new SKPoint(_area.Left, _area.Top), new SKPoint(_area.Left, _area.Bottom), new SKPoint(_area.Right, _area.Bottom)], _ink, width: 2);
        StrokeFont.Draw(canvas, "learning rate", _area.MidX, _area.Bottom + 46, TextHeight, _ink, center: true);
        StrokeFont.Draw(canvas, "loss", _area.Left + 10, _area.Top - 22, TextHeight, _ink);
    }

    private void DrawSuggestion(SKCanvas canvas, int index, LearningRateSuggestion suggestion)
    {
        SKColor color = _suggestions[index];
        SKPoint at = At(suggestion.LearningRate, suggestion.Smoothed);
        float height = _area.Bottom - 26 * (_curve.Suggestions.Count - index);
        using (SKPaint paint = Paint(color, width: 1, SKPaintStyle.Fill))
        {
            canvas.DrawCircle(at, radius: 7, paint);
            canvas.DrawCircle(_area.Left + 24, height + TextHeight / 2f, radius: 7, paint);
        }
        string name = suggestion.Rule == LearningRateRule.MinimumOverTen ? "minimum / 10" : suggestion.Rule.ToString();
        string rate = suggestion.LearningRate.ToString("0.0E-0", CultureInfo.InvariantCulture);
        StrokeFont.Draw(canvas, $"{name}: {rate}", _area.Left + 40, height, TextHeight, color);
    }

    private SKPoint At(double rate, double loss) => new(
        (float)(_area.Left + _area.Width * (Math.Log10(rate) - _lowRate) / (_highRate - _lowRate)),
        (float)(_area.Bottom - _area.Height * (loss - _lowLoss) / (_highLoss - _lowLoss)));

    private static void DrawLine(SKCanvas canvas, IEnumerable<SKPoint> points, SKColor color, float width)
    {
        using SKPaint paint = Paint(color, width, SKPaintStyle.Stroke);
        using var path = new SKPath();
        path.AddPoly([.. points], close: false);
        canvas.DrawPath(path, paint);
    }

    private static SKPaint Paint(SKColor color, float width, SKPaintStyle style) =>
        new() { Color = color, StrokeWidth = width, Style = style, IsAntialias = true };
}
