using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Formats;

/// <summary>A hundred thousand mutations are a command of their own, see <see cref="FuzzRun"/>; these are the first of the same.</summary>
public sealed class CheckpointFuzzTests
{
    [SkippableTheory]
    [InlineData("reference/checkpoints/zip.pth", 300)]
    [InlineData("reference/checkpoints/zip_protocol4.pth", 300)]
    [InlineData("reference/checkpoints/legacy.pth", 300)]
    [InlineData("reference/checkpoints/tar.pth", 300)]
    [InlineData("reference/checkpoints/all_types.safetensors", 300)]
    [InlineData("weights/resnet20-12fca82f.th", 300)]
    [InlineData("weights/squeezenet1_1_features.safetensors", 300)]
    [InlineData("weights/mobilenet_v2-dc10c9e4.pth", 100)]
    [InlineData("weights/efficientnet_lite0-57934424.pth", 100)]
    public void Read_DamagedFile_GivesItsTensorsOrAClearError(string path, int mutations)
    {
        var file = new FuzzedFile(ReferenceData.Require(path));
        using var watchdog = new Watchdog();

        // Throws at anything but tensors or a WeightsFormatException, at wrong numbers, and at too much memory.
        int refused = Enumerable.Range(0, mutations).Count(number => file.Read(FuzzRun.UsualSeed, number, watchdog, resident: null).WasRefused);

        Assert.InRange(refused, mutations / 10, mutations - 1);
    }
}
