using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Internal;
using TransferLearning.Tests.Data;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Internal;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("an image")]
    [InlineData("a manifest")]
    [InlineData("an image of a manifest")]
    [InlineData("weights")]
    [InlineData("safetensors")]
    [InlineData("a model")]
    [InlineData("a script")]
    public void Read_APipeGivenAsAFile_IsRefusedByNameWithoutWaiting(string kind)
    {
        string pipe = _folder.File("pipe.jpg");
        Pipe.Create(pipe);
        _folder.AddFile("rows.csv", "path,label\npipe.jpg,ants\n"u8);
        Action read = kind switch
        {
            "an image" => () => EncodedBytes.OfFile(pipe),
            "a manifest" => () => CsvManifest.Open(pipe),
            "an image of a manifest" => () => CsvManifest.Open(_folder.File("rows.csv")).Load(0),
            "weights" => () => WeightsFile.Read(pipe),
            "safetensors" => () => Safetensors.Read(pipe),
            "a model" => () => Predictor.Load(pipe),
            _ => () => TransferLearning.Networks.TorchScriptNetwork.Describe(pipe, 8, new Preprocessing()),
        };

        var error = Assert.Throws<IOException>(() => Within(TimeSpan.FromMinutes(1), read));

        Assert.Equal($"'{pipe}' is a pipe; a regular file is expected.", error.Message);
    }

    [SkippableTheory]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/dev/null", "a device")]
    public void Require_Device_IsRefused(string path, string kind)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The kind of a file is asked for on Linux alone.");

        Assert.Contains(kind, Assert.Throws<IOException>(() => RegularFile.Require(path)).Message);
    }

    [Fact]
    public void Open_FileOrNothing_IsAsEver()
    {
        _folder.AddFile("an image", DrawnImage.Png());

        Assert.Equal(DrawnImage.Png(), RegularFile.ReadAllBytes(_folder.File("an image")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder.File("nothing")));
        RegularFile.Require(_folder.FullPath);
    }

    private static void Within(TimeSpan limit, Action read)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(read)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(limit), "It still waits.");
        if (failure is not null)
            throw failure;
    }
}
