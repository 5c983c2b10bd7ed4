using System.Security.Cryptography;
using TransferLearning.Formats;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Formats;

public sealed class RealWeightsTests
{
    [SkippableTheory]
    [InlineData("efficientnet_lite0-57934424.pth", "57934424", 296, 4694073, "_fc.bias", 0.032053910f, -0.015985761f, 0.005290735f)]
    [InlineData("mobilenet_v2-dc10c9e4.pth", "dc10c9e4", 314, 3539036, "classifier.1.bias", -0.016312139f, -0.219953269f, -0.214158744f)]
    [InlineData("resnet20-12fca82f.th", "12fca82f", 97, 271098, "linear.bias", 0.193559065f, -0.343100876f, 0.111205414f)]
    [InlineData("squeezenet1_1_features.safetensors", "8b69b745", 50, 722496, "features.0.bias", -0.014374157f, 0.160943121f, -0.016557258f)]
    public void Read_PublishedFile_GivesItsWeights(string file, string hash, int count, long elements, string bias, params float[] firstValues)
    {
        string path = ReferenceData.Require($"weights/{file}");
        Assert.StartsWith(hash, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));

        using StateDict tensors = WeightsFile.Read(path);

        Assert.Equal(count, tensors.Count);
        Assert.Equal(elements, tensors.Values.Sum(tensor => tensor.numel()));
        Assert.All(tensors, entry => Assert.True(entry.Value.isfinite().all().item<bool>(), entry.Key));
        Assert.Equal(firstValues, Numbers.Of(tensors[bias]).Take(3).Select(value => (float)value), (wanted, found) => Math.Abs(wanted - found) < 1e-8f);
    }

    [SkippableTheory]
    [InlineData("efficientnet_lite0-57934424.pth")]
    [InlineData("mobilenet_v2-dc10c9e4.pth")]
    [InlineData("squeezenet1_1_features.safetensors")]
    public void Read_PublishedFile_TakesLittleMemoryBesideItsTensors(string file)
    {
        string path = ReferenceData.Require($"weights/{file}");
        long before = GC.GetAllocatedBytesForCurrentThread();

        using StateDict tensors = WeightsFile.Read(path);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }
}
