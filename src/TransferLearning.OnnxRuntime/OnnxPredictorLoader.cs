using Microsoft.ML.OnnxRuntime;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Transforms;
using ModelMetadata = TransferLearning.Models.ModelMetadata;

namespace TransferLearning;

/// <summary>Creates a predictor from an ONNX file and what it says of itself.</summary>
internal static class OnnxPredictorLoader
{
    private const string Model = "transferlearning.model", Output = "transferlearning.output", Logits = "logits", Reading = "reading";

    /// <exception cref="ModelFileException">The file is damaged, of another kind, or needs what was not supplied.</exception>
    public static OnnxPredictor Load(string file, OnnxPredictorOptions options, Func<SessionOptions, InferenceSession> open)
    {
        bool hasArena = true;
        InferenceSession session = OnnxSession.Open(file, options.Threads, options.Configure, opened =>
        {
            hasArena = opened.EnableCpuMemArena;
            return open(opened);
        });
        try
        {
            IReadOnlyDictionary<string, string> properties = session.ModelMetadata.CustomMetadataMap;
            ModelMetadata metadata = options.Metadata ?? ModelSchema.Read(properties.GetValueOrDefault(Model) ?? throw SaysNothing(file), file);
            if (options.ApplyExifOrientation is { } upright)
                metadata = metadata with { Images = metadata.Images with { ApplyExifOrientation = upright } };
            RequireOneView(metadata, file);
            ImageReader images = metadata.FindImages(file, options.Decoders, options.MaximumPixels);
            OutputReading reading = metadata.FindReading(file, options.Readings);
            int logits = KnownParts.Usable(file, () => reading.GetOutputCount(metadata.Classes));
            bool givesLogits = options.GivesLogits ?? GivesLogits(properties, file);
            var input = new OnnxImageInput(session.InputMetadata, metadata.Preprocessing, file);
            var output = new OnnxSession(session, hasArena, input.Name, options.Output, givesLogits ? logits : metadata.Classes.Count, file);
            var predictor = new OnnxPredictor(output, input, metadata, images, reading, givesLogits);
            return options.WarmUp ? KnownParts.Usable(file, predictor.WarmUp) : predictor;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static bool GivesLogits(IReadOnlyDictionary<string, string> properties, string file) => properties.GetValueOrDefault(Output, Logits) switch
    {
        Logits => true,
        Reading => false,
        var other => throw new ModelFileException(file, $"says that it gives '{other}'; known are '{Reading}' and '{Logits}'."),
    };

    private static void RequireOneView(ModelMetadata metadata, string file)
    {
        if (metadata.Ensemble is not null || metadata.TestTimeAugmentation.Identifier != TestTimeAugmentation.None.Identifier)
            throw new ModelFileException(file, "is described as an average over members or views; an ONNX file is one network that sees the image alone.");
    }

    private static ModelFileException SaysNothing(string file) => new(
        file, $"does not say what it is: its metadata has no '{Model}', as files of other exporters. Say it in "
        + $"{nameof(OnnxPredictorOptions)}.{nameof(OnnxPredictorOptions.Metadata)}: the names of its classes, the preprocessing, the reading.");
}
