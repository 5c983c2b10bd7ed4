using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Models;

/// <summary>The metadata of a model file, as JSON.</summary>
/// <remarks>
/// Unknown fields are ignored, so a later version may add optional ones; a field that readers must know
/// raises <see cref="Version"/>. Required fields are those without which images cannot be predicted.
/// </remarks>
internal sealed record ModelSchema
{
    /// <summary>Written into each file; others are refused.</summary>
    public const int Version = 2;

    private static readonly ModelSchemaJson _json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a metric over nothing is NaN
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // class names stay readable; the text is never put into HTML
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    public required string Network { get; init; }

    public PartFields? NetworkDescription { get; init; }

    public required string[] Names { get; init; }

    public required PreprocessingFields Preprocessing { get; init; }

    public required ImageFields Images { get; init; }

    public required PartFields Task { get; init; }

    public required PartFields Reading { get; init; }

    public AugmentationFields? TestTimeAugmentation { get; init; }

    public EnsembleFields? Ensemble { get; init; }

    public PartFields? Head { get; init; }

    public Dictionary<string, double> Metrics { get; init; } = [];

    public int Epoch { get; init; }

    public long Seed { get; init; }

    public string Precision { get; init; } = nameof(ComputePrecision.Float32);

    public int TorchThreads { get; init; }

    public string LibraryVersion { get; init; } = "unknown";

    public string TorchSharpVersion { get; init; } = "unknown";

    public static string Write(ModelMetadata metadata) => JsonSerializer.Serialize(
        new ModelSchema
        {
            Network = metadata.Backbone,
            NetworkDescription = metadata.Network is { } network ? PartFields.Of(network) : null,
            Names = [.. metadata.Classes],
            Preprocessing = PreprocessingFields.Of(metadata.Preprocessing),
            Images = new ImageFields(metadata.Images.Decoder, metadata.Images.ApplyExifOrientation, metadata.Images.MaximumPixels),
            Task = PartFields.Of(metadata.Task),
            Reading = PartFields.Of(metadata.Reading),
            TestTimeAugmentation = AugmentationFields.Of(metadata.TestTimeAugmentation),
            Ensemble = EnsembleFields.Of(metadata.Ensemble),
            Head = metadata.Head is { } head ? PartFields.Of(head) : null,
            Metrics = new Dictionary<string, double>(metadata.Metrics),
            Epoch = metadata.Epoch,
            Seed = metadata.Seed,
            Precision = Spell(metadata.Precision),
            TorchThreads = metadata.TorchThreads,
            LibraryVersion = metadata.LibraryVersion,
            TorchSharpVersion = metadata.TorchSharpVersion,
        },
        _json.ModelSchema);

    /// <exception cref="ModelFileException">A field is missing or cannot be what it says; names file and field.</exception>
    public static ModelMetadata Read(string text, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(text, _json.ModelSchema)?.ToMetadata() ?? throw new InvalidDataException("it is empty.");
        }
        catch (Exception damage) when (damage is JsonException or InvalidDataException or ArgumentException)
        {
            throw new ModelFileException(file, $"has metadata that cannot be read: {damage.Message}", damage);
        }
    }

    private ModelMetadata ToMetadata() => new()
    {
        Backbone = Network,
        Network = NetworkDescription?.ToPart(),
        Classes = Names.Length > 0 && !Names.Contains(null) && Names.Distinct().Count() == Names.Length
            ? Names
            : throw Field("names", "must have at least one name, none null and none twice"),
        Preprocessing = Preprocessing.ToPreprocessing(),
        Images = new ImageReading { Decoder = Images.Decoder, ApplyExifOrientation = Images.ApplyExifOrientation, MaximumPixels = Images.MaximumPixels },
        Task = Task.ToPart(),
        Reading = Reading.ToPart(),
        TestTimeAugmentation = TestTimeAugmentation?.ToAugmentation() ?? Transforms.TestTimeAugmentation.None,
        Ensemble = Ensemble?.ToMembers(),
        Head = Head?.ToPart(),
        Metrics = Metrics,
        Epoch = Epoch >= 0 ? Epoch : throw Field("epoch", $"is {Epoch}; it must be at least 0"),
        Seed = Seed,
        Precision = Parse<ComputePrecision>("precision", Precision),
        TorchThreads = TorchThreads >= 0 ? TorchThreads : throw Field("torch_threads", $"is {TorchThreads}; it must be at least 0"),
        LibraryVersion = LibraryVersion,
        TorchSharpVersion = TorchSharpVersion,
    };

    private static InvalidDataException Field(string name, string problem) => new($"the field '{name}' {problem}.");

    private static string Spell<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static T Parse<T>(string field, string text)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => Spell(value!.Value) == text)
        ?? throw Field(field, $"is '{text}'; known are {string.Join(", ", Enum.GetValues<T>().Select(Spell))}");

    internal sealed record PreprocessingFields(int ResizeTo, int CropTo, string Interpolation, float[] Mean, float[] StandardDeviation)
    {
        private const int LargestSide = Transforms.Preprocessing.LargestSide;

        public static PreprocessingFields Of(Preprocessing preprocessing) => new(
            preprocessing.ResizeTo, preprocessing.CropTo, Spell(preprocessing.Interpolation),
            Channels(preprocessing.Statistics.Mean), Channels(preprocessing.Statistics.StandardDeviation));

        public Preprocessing ToPreprocessing() => new()
        {
            ResizeTo = Side("preprocessing.resize_to", ResizeTo),
            CropTo = Side("preprocessing.crop_to", CropTo),
            Interpolation = Parse<Interpolation>("preprocessing.interpolation", Interpolation),
            Statistics = new ChannelStatistics(Color("preprocessing.mean", Mean), Color("preprocessing.standard_deviation", StandardDeviation)),
        };

        private static float[] Channels(Rgb color) => [color.Red, color.Green, color.Blue];

        private static int Side(string field, int side) =>
            side is >= 1 and <= LargestSide ? side : throw Field(field, $"is {side}; it must be 1 to {LargestSide} pixels");

        private static Rgb Color(string field, float[] channels) => channels is [float red, float green, float blue]
            ? new Rgb(red, green, blue)
            : throw Field(field, $"has {channels.Length} numbers; it must have 3, of red, green and blue");
    }

    internal sealed record ImageFields(string Decoder, bool ApplyExifOrientation, long MaximumPixels);

    internal sealed record AugmentationFields(string Views, bool AverageOutputs = false)
    {
        public static AugmentationFields? Of(TestTimeAugmentation augmentation) => augmentation == Transforms.TestTimeAugmentation.None
            ? null
            : new AugmentationFields(
                augmentation.Identifier ?? throw new InvalidOperationException(
                    "Views of one's own cannot be saved in a model file: save with built-in ones or none, and load with the options' own."),
                augmentation.AverageOutputs);

        public TestTimeAugmentation ToAugmentation() => Transforms.TestTimeAugmentation.Find(Views) is { } found
            ? found with { AverageOutputs = AverageOutputs }
            : throw Field(
                "test_time_augmentation.views",
                $"is '{Views}'; known are {string.Join(", ", Transforms.TestTimeAugmentation.BuiltIn.Select(known => known.Identifier))}");
    }

    internal sealed record EnsembleFields(int[] Heads, bool AverageOutputs = false)
    {
        public static EnsembleFields? Of(EnsembleMembers? members) =>
            members is null ? null : new EnsembleFields([.. members.HeadsPerNetwork], members.AverageOutputs);

        public EnsembleMembers ToMembers() => new() { HeadsPerNetwork = Heads, AverageOutputs = AverageOutputs };
    }

    internal sealed record PartFields(string Identifier, JsonElement? Settings = null)
    {
        public static PartFields Of(ModelPart part) => new(part.Identifier, part.Settings.ValueKind == JsonValueKind.Undefined ? null : part.Settings);

        public ModelPart ToPart() => new(Identifier, Settings ?? default);
    }
}

/// <summary>Reads and writes the schema without reflection.</summary>
[JsonSerializable(typeof(ModelSchema))]
internal sealed partial class ModelSchemaJson : JsonSerializerContext;
