using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

public sealed class NativePlatformTests
{
    [Theory]
    [InlineData("linux-arm64")]
    [InlineData("linux-musl-x64")]
    [InlineData("osx-x64")]
    public void Named_WithoutANativeLibrary_SaysWhereThereIsOne(string identifier)
    {
        var refusal = Assert.Throws<TorchUnavailableException>(() => NativePlatform.Named(identifier));

        Assert.Equal(
            $"TorchSharp has no native library for {identifier}. It has one for linux-x64, osx-arm64, win-arm64, win-x64: run the application there, for example in a linux-x64 container.",
            refusal.Message);
    }

    [Fact]
    public void Current_OnThisMachine_IsThePlatformThatTorchRunsOn()
    {
        TorchRuntime.EnsureAvailable();

        Assert.True(File.Exists(NativeFolders.Of(NativePlatform.Current).Require(NativePlatform.Current.Libtorch)));
    }
}
