using System.Text.Json;
using TransferLearning.Imaging;
using TransferLearning.Published;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Published;

/// <summary>All that is published of one weights file, from any side, so that sides can be compared.</summary>
internal sealed record WeightsEntry(
    OfficialWeights Version, string Address, bool IsDefault, long Parameters, double? Top1, double? Top5, double? Gflops, double? Megabytes, Preprocessing Preprocessing)
{
    private static readonly string[] _versions = ["IMAGENET1K_V1", "IMAGENET1K_V2", "IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1", "IMAGENET1K_FEATURES"];

    private static readonly OfficialWeights[] _values =
    [
        OfficialWeights.ImageNet1KV1, OfficialWeights.ImageNet1KV2, OfficialWeights.ImageNet1KSwagE2EV1, OfficialWeights.ImageNet1KSwagLinearV1, OfficialWeights.ImageNet1KFeatures,
    ];

    /// <summary>As torchvision tells them.</summary>
    public static WeightsEntry OfTorchvision(string network, string version, JsonElement entry)
    {
        var statistics = new ChannelStatistics(Channels(entry.GetProperty("mean")), Channels(entry.GetProperty("std")));
        return new WeightsEntry(
            _values[Array.IndexOf(_versions, version)],
            entry.GetProperty("url").GetString()!,
            entry.GetProperty("default").GetBoolean(),
            entry.GetProperty("num_params").GetInt64(),
            Number(entry.GetProperty("acc1")),
            Number(entry.GetProperty("acc5")),
            Number(entry.GetProperty("gflops")),
            Number(entry.GetProperty("file_size_mb")),
            new Preprocessing
            {
                ResizeTo = entry.GetProperty("resize_size").GetInt32(),
                CropTo = entry.GetProperty("crop_size").GetInt32(),
                Interpolation = Enum.Parse<Interpolation>(entry.GetProperty("interpolation").GetString()!, ignoreCase: true),
                Statistics = network is "googlenet" or "inception_v3" ? BehindTransformInput(statistics) : statistics,
            });
    }

    /// <summary>As the library's table tells them.</summary>
    public static WeightsEntry Of(PublishedBackbone weights, bool isDefault) => new(
        weights.Weights, weights.Address, isDefault, weights.Parameters, weights.Top1Accuracy, weights.Top5Accuracy, weights.Gflops, weights.Megabytes, weights.Preprocessing);

    /// <summary>As a user finds them at a network.</summary>
    public static WeightsEntry Of(PretrainedBackbone pretrained)
    {
        var source = Assert.IsType<WeightsSource.Published>(pretrained.Weights);
        PublishedBackbone published = pretrained.Published!;
        return new WeightsEntry(
            published.Weights, source.Address.AbsoluteUri, published.IsDefault, published.Parameters, published.Top1Accuracy, published.Top5Accuracy,
            published.Gflops, published.Megabytes, pretrained.Info.Preprocessing);
    }

    public static Rgb Channels(JsonElement values) => new(values[0].GetSingle(), values[1].GetSingle(), values[2].GetSingle());

    // Built with its weights, torchvision's network starts with x * (s / 0.5) + (m - 0.5) / 0.5 of ImageNet's mean m and deviation s
    // (transform_input). Behind a normalisation with m and s that is (v - 0.5) / 0.5 of a pixel v; of others, what stands here.
    private static ChannelStatistics BehindTransformInput(ChannelStatistics statistics)
    {
        (double Mean, double Deviation) red = Behind(statistics.Mean.Red, statistics.StandardDeviation.Red, 0.485, 0.229);
        (double Mean, double Deviation) green = Behind(statistics.Mean.Green, statistics.StandardDeviation.Green, 0.456, 0.224);
        (double Mean, double Deviation) blue = Behind(statistics.Mean.Blue, statistics.StandardDeviation.Blue, 0.406, 0.225);
        return new ChannelStatistics(Rounded(red.Mean, green.Mean, blue.Mean), Rounded(red.Deviation, green.Deviation, blue.Deviation));

        static (double, double) Behind(double mean, double deviation, double m, double s)
        {
            double factor = s / 0.5 / deviation;
            double shift = (m - 0.5) / 0.5 - mean * factor;
            return (-shift / factor, 1 / factor);
        }

        static Rgb Rounded(double red, double green, double blue) => new((float)Math.Round(red, 6), (float)Math.Round(green, 6), (float)Math.Round(blue, 6));
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
