using TransferLearning.Native;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Native;

public sealed class NativeFoldersTests
{
    [Fact]
    public void Require_InTheSecondFolder_FindsIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("libtorch.so"), "");
        var folders = new NativeFolders(["/absent", folder.FullPath]);

        Assert.Equal(folder.File("libtorch.so"), folders.Require("libtorch.so"));
    }

    [Fact]
    public void Require_Nowhere_NamesTheFolderAndThePackages()
    {
        var folders = new NativeFolders(["/application"]);

        string message = Assert.Throws<TorchUnavailableException>(() => folders.Require("libtorch.so")).Message;

        Assert.Contains("libtorch.so is neither in '/application'", message);
        Assert.Contains("dotnet add package TorchSharp-cpu", message);
        Assert.Contains("TorchSharp-cuda-linux", message);
        Assert.Contains("TorchSharp-cuda-windows", message);
    }

    [Theory]
    [InlineData("packages/torchsharp/0.107.0/lib/net8.0", true)]
    [InlineData("packages/other/0.107.0/lib/net8.0", false)]
    [InlineData("torchsharp/bin/Debug/net10.0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsPackageFolder_TellsThePackageFromAnApplication(string? folder, bool expected) =>
        Assert.Equal(expected, NativeFolders.IsPackageFolder(folder?.Replace('/', Path.DirectorySeparatorChar)));
}
