using System.Text.Json;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Published.Timm;
using TransferLearning.Transforms;

namespace TransferLearning.Published.HuggingFace;

/// <summary>What a repository's "config.json" says, as timm writes it: the network, and how its images are prepared.</summary>
/// <remarks>
/// Source: timm's <c>models/_hub.py</c> and <c>data/config.py</c>. Its "test_input_size" is for those who ask for it, which timm does not by itself either.
/// </remarks>
internal sealed record TimmConfig(TimmNetwork Network, Preprocessing Preprocessing)
{
    private const string FileName = "config.json";

    /// <summary>Fetches and reads it.</summary>
    /// <exception cref="WeightsUnavailableException">The repository has none, or it cannot be fetched.</exception>
    /// <exception cref="WeightsFormatException">It is not timm's, or asks for what is not built in.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<TimmConfig> FetchAsync(HubStore store, CancellationToken cancellationToken) => Read(
        await store.FetchAsync(FileName, progress: null, cancellationToken).ConfigureAwait(false) ??
        throw store.Unavailable(FileName, "the repository has no such file, so it is not one of timm's"));

    /// <summary>Reads it.</summary>
    /// <exception cref="WeightsFormatException">It is not timm's, or asks for what is not built in.</exception>
    public static TimmConfig Read(string path)
    {
        Content content = HubJson.Read<Content>(path);
        if (content.Architecture is null)
        {
            throw new WeightsFormatException(
                path,
                "it names no 'architecture', so it is not timm's; give the network yourself, with weights from WeightsSource.HuggingFace and a rename");
        }
        TimmNetwork network = TimmNetworks.Find(content.Architecture) ??
            throw new WeightsFormatException(
                path,
                $"its architecture is '{content.Architecture}', which is not built in. Did you mean " +
                $"'{NearestName.Of(content.Architecture, TimmNetworks.Names)}'? Of timm's there are: {string.Join(", ", TimmNetworks.Names)}");
        if (content.ModelArgs is { Count: > 0 } arguments)
            throw new WeightsFormatException(path, $"its network is changed by 'model_args' ({string.Join(", ", arguments.Keys)}), which are not built in");

        // Before 2023, what is now in "pretrained_cfg" stood beside the architecture.
        return new TimmConfig(network, (content.PretrainedCfg ?? content).Preparation(path));
    }

    private sealed record Content
    {
        public string? Architecture { get; init; }

        public Dictionary<string, JsonElement>? ModelArgs { get; init; }

        public Content? PretrainedCfg { get; init; }

        public int[]? InputSize { get; init; }

        public double CropPct { get; init; } = 0.875;

        public string CropMode { get; init; } = "center";

        public string Interpolation { get; init; } = "bicubic";

        public float[]? Mean { get; init; }

        public float[]? Std { get; init; }

        public Preprocessing Preparation(string path)
        {
            if (InputSize is not [PixelBuffer.Channels, > 0, > 0] || InputSize[1] != InputSize[2])
            {
                throw new WeightsFormatException(
                    path,
                    $"its 'input_size' is {Text(InputSize)}; square images of three channels are taken, such as [3, 224, 224]");
            }
            if (!(CropPct > 0 && CropPct <= 1))
                throw new WeightsFormatException(path, $"its 'crop_pct' is {CropPct}; it must be above 0 and at most 1");
            if (CropMode != "center")
                throw new WeightsFormatException(path, $"its 'crop_mode' is '{CropMode}'; only 'center' is built in");
            if (Mean is not { Length: PixelBuffer.Channels } || Std is not { Length: PixelBuffer.Channels }
                || !Mean.Concat(Std).All(float.IsFinite) || Std.Any(deviation => deviation <= 0))
            {
                throw new WeightsFormatException(
                    path,
                    $"its 'mean' is {Text(Mean)} and its 'std' is {Text(Std)}; three finite numbers each are taken, of 'std' above 0");
            }
            double resizeTo = Math.Floor(InputSize[1] / CropPct);
            if (resizeTo > Preprocessing.LargestSide)
            {
                throw new WeightsFormatException(
                    path, $"its 'input_size' and 'crop_pct' ask for {resizeTo} pixels; at most {Preprocessing.LargestSide} are taken");
            }
            return new Preprocessing
            {
                ResizeTo = (int)resizeTo,
                CropTo = InputSize[1],
                Interpolation = Interpolation switch
                {
                    "bilinear" => Imaging.Interpolation.Bilinear,
                    "bicubic" => Imaging.Interpolation.Bicubic,
                    _ => throw new WeightsFormatException(path, $"its 'interpolation' is '{Interpolation}'; 'bilinear' and 'bicubic' are built in"),
                },
                Statistics = new ChannelStatistics(new Rgb(Mean[0], Mean[1], Mean[2]), new Rgb(Std[0], Std[1], Std[2])),
            };
        }

        private static string Text<T>(T[]? numbers)
            where T : IFormattable =>
            numbers is null ? "absent" : $"[{NumbersText.Of(numbers)}]";
    }
}
