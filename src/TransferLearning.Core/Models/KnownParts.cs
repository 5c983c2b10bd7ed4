using System.Text.Json;
using TransferLearning.Imaging;
using TransferLearning.Predictions;

namespace TransferLearning.Models;

/// <summary>The parts that a model's metadata names, found among the built-in ones and those that whoever loads the file supplies.</summary>
internal static class KnownParts
{
    /// <summary>How the model's images are read.</summary>
    /// <exception cref="ModelFileException">The decoder is not available, or a limit cannot be one.</exception>
    public static ImageReader FindImages(this ModelMetadata metadata, string file, IReadOnlyList<IImageDecoder> supplied, long? maximumPixels) =>
        Usable(file, () => ImageReader.From(metadata.Images, [.. supplied, new SkiaImageDecoder()], maximumPixels));

    /// <summary>How the model's outputs become predictions.</summary>
    /// <exception cref="ModelFileException">The reading is not available, or cannot have these settings.</exception>
    public static OutputReading FindReading(this ModelMetadata metadata, string file, IReadOnlyList<OutputReading> supplied) =>
        Usable(file, () => metadata.Reading
            .FindIn([.. supplied, .. OutputReading.BuiltIn], "reading", known => known.Identifier).WithSettings(metadata.Reading.Settings));

    /// <summary>Makes something that a file describes; what it throws where the file contradicts itself becomes an error that names the file.</summary>
    /// <exception cref="ModelFileException">The file does not agree with what is made.</exception>
    public static T Usable<T>(string file, Func<T> part)
    {
        try
        {
            return part();
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException or ArgumentException or InvalidOperationException
            or KeyNotFoundException or FormatException)
        {
            throw Unusable(file, problem);
        }
    }

    public static ModelFileException Unusable(string file, Exception problem) => new(file, $"cannot be used: {problem.Message}", problem);
}
