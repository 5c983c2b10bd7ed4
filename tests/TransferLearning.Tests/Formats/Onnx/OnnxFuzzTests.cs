using Google.Protobuf;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Formats.Onnx;

/// <summary>The first mutations of those that <see cref="FuzzRun"/> makes of files that it is given.</summary>
public sealed class OnnxFuzzTests
{
    [Fact]
    public void Read_DamagedFile_GivesItsTensorsOrAClearError()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("sample.onnx"), SampleOnnx.Model().ToByteArray());
        var file = new FuzzedFile(folder.File("sample.onnx"));
        using var watchdog = new Watchdog();

        // Throws at anything but tensors or an OnnxFormatException, at wrong numbers, and at too much memory.
        int refused = Enumerable.Range(0, 4000).Count(number => file.Read(FuzzRun.UsualSeed, number, watchdog, resident: null).WasRefused);

        Assert.InRange(refused, 400, 3999);
    }
}
