using System.Security.Cryptography;
using System.Text.Json;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Imaging;

/// <summary>Real photographs against libjpeg-turbo's and Pillow's own bytes.</summary>
public sealed class ReferencePixelsTests
{
    private readonly ImageReader _reader = new(new SkiaImageDecoder());

    [SkippableFact]
    public void Read_Photographs_EqualsTheReferenceDecoder()
    {
        ForEach((photograph, image) => Assert.Equal(
            photograph.GetProperty("decoded_sha256").GetString(),
            Convert.ToHexStringLower(SHA256.HashData(image.Pixels))));
    }

    [SkippableFact]
    public void ForEvaluation_Photographs_EqualsPillow()
    {
        TransformPipeline evaluation = TransformPipeline.ForEvaluation(new Preprocessing());

        ForEach((photograph, image) => Assert.Equal(
            Expected(photograph, "eval"),
            evaluation.Apply(image, seed: 0, epoch: 0, sample: 0).Pixels.ToArray()));
    }

    [SkippableFact]
    public void Resize_CroppedPhotographs_EqualsPillow()
    {
        ForEach((photograph, image) =>
        {
            JsonElement crop = photograph.GetProperty("crop");
            var area = new PixelRectangle(Number("left"), Number("top"), Number("width"), Number("height"));

            Assert.Equal(Expected(photograph, "cropped"), Resampler.Resize(image, area, 224, 224, Interpolation.Bilinear).Pixels.ToArray());

            int Number(string name) => crop.GetProperty(name).GetInt32();
        });
    }

    private static byte[] Expected(JsonElement photograph, string name) =>
        File.ReadAllBytes(ReferenceData.Require(Path.Combine("reference", photograph.GetProperty(name).GetString()!)));

    private void ForEach(Action<JsonElement, PixelBuffer> check)
    {
        using JsonDocument photographs = ReferenceData.RequireJson("reference/pixels.json");
        foreach (JsonElement photograph in photographs.RootElement.EnumerateArray())
        {
            string path = ReferenceData.Require(Path.Combine("data", photograph.GetProperty("image").GetString()!));
            check(photograph, _reader.Read(File.ReadAllBytes(path), path));
        }
    }
}
