using System.Globalization;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>
/// Where in an image a place of the transformed one comes from: x = (A x' + B y' + C) / (G x' + H y' + 1), y = (D x' + E y' + F) / (...).
/// </summary>
/// <remarks>The coefficients of Pillow's AFFINE and PERSPECTIVE, in pixels from the top left corner; centers of pixels lie at halves.</remarks>
internal readonly record struct PixelMap(double A, double B, double C, double D, double E, double F, double G = 0, double H = 0, bool IsPerspective = false)
{
    private const int Corners = 4;

    // Python's factor: .NET's own conversion multiplies and divides, with other last digits.
    private const double Radian = Math.PI / 180;

    // Of a perspective that happens to be affine, Pillow rounds each place by itself too, not in steps of fixed point.
    public bool IsAffine => !IsPerspective;

    /// <summary>Whether rows stay rows and columns stay columns.</summary>
    public bool IsScaling => IsAffine && B == 0 && D == 0;

    /// <summary>A turn about the center, counter-clockwise, as Pillow's rotate.</summary>
    public static PixelMap Rotation(double degrees, int width, int height)
    {
        // Rounding makes the sine of a half turn 0 rather than almost 0.
        double turn = degrees % 360;
        double radians = -((turn < 0 ? turn + 360 : turn) * Radian);
        (double cosine, double sine) = (Rounded(Math.Cos(radians)), Rounded(Math.Sin(radians)));
        (double centerX, double centerY) = (width / 2.0, height / 2.0);
        return new PixelMap(
            cosine, sine, cosine * -centerX + sine * -centerY + centerX,
            -sine, cosine, -sine * -centerX + cosine * -centerY + centerY);
    }

    // To 15 places, exactly: Math.Round multiplies and divides, which rounds too.
    private static double Rounded(double value) => double.Parse(value.ToString("F15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Turns clockwise, scales and shears about a place, then moves; angles are in degrees.</summary>
    /// <remarks>Source: the inverse of translation * center * rotation * shear * scale * center^-1, as torchvision's functional.affine has it.</remarks>
    public static PixelMap Affine(
        (double X, double Y) center, double degrees, (double X, double Y) translation, double scale, (double X, double Y) shear)
    {
        double turn = degrees * Radian;
        (double shearX, double shearY) = (shear.X * Radian, shear.Y * Radian);
        double a = Math.Cos(turn - shearY) / Math.Cos(shearY);
        double b = -Math.Cos(turn - shearY) * Math.Tan(shearX) / Math.Cos(shearY) - Math.Sin(turn);
        double c = Math.Sin(turn - shearY) / Math.Cos(shearY);
        double d = -Math.Sin(turn - shearY) * Math.Tan(shearX) / Math.Cos(shearY) + Math.Cos(turn);

        // The determinant of rotation and shear is 1.
        (double xx, double xy, double yx, double yy) = (d / scale, -b / scale, -c / scale, a / scale);
        (double fromX, double fromY) = (-center.X - translation.X, -center.Y - translation.Y);
        return new PixelMap(xx, xy, xx * fromX + xy * fromY + center.X, yx, yy, yx * fromX + yy * fromY + center.Y);
    }

    /// <summary>Moves the corners of an image, clockwise from the top left one, to other places.</summary>
    /// <returns>Null where corners coincide, so that there is no such map.</returns>
    /// <remarks>The eight equations are solved in double and rounded to float32, as torchvision does since 0.16.</remarks>
    public static PixelMap? Perspective(ReadOnlySpan<(int X, int Y)> start, ReadOnlySpan<(int X, int Y)> end)
    {
        var equations = new double[2 * Corners][];
        for (int corner = 0; corner < Corners; corner++)
        {
            ((double x, double y), (double toX, double toY)) = (start[corner], end[corner]);
            equations[2 * corner] = [toX, toY, 1, 0, 0, 0, -x * toX, -x * toY, x];
            equations[2 * corner + 1] = [0, 0, 0, toX, toY, 1, -y * toX, -y * toY, y];
        }
        return Solve(equations) is not [float a, float b, float c, float d, float e, float f, float g, float h]
            ? null
            : new PixelMap(a, b, c, d, e, f, g, h, IsPerspective: true);
    }

    public (double X, double Y) SourceOf(double x, double y)
    {
        (double fromX, double fromY) = (A * x + B * y + C, D * x + E * y + F);
        if (IsAffine)
            return (fromX, fromY);
        double distance = G * x + H * y + 1;
        return (fromX / distance, fromY / distance);
    }

    /// <summary>Gauss's elimination with the largest pivot; the last column is the right side.</summary>
    private static float[]? Solve(double[][] equations)
    {
        int count = equations.Length;
        for (int column = 0; column < count; column++)
        {
            int pivot = Enumerable.Range(column, count - column).MaxBy(row => Math.Abs(equations[row][column]));
            (equations[column], equations[pivot]) = (equations[pivot], equations[column]);
            if (Math.Abs(equations[column][column]) < 1e-9)
                return null;
            for (int row = 0; row < count; row++)
            {
                double factor = equations[row][column] / equations[column][column];
                for (int at = column; row != column && at <= count; at++)
                    equations[row][at] -= factor * equations[column][at];
            }
        }
        return [.. equations.Select((equation, row) => (float)(equation[count] / equation[row]))];
    }
}
