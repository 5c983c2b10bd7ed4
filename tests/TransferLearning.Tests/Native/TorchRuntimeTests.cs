using TorchSharp;
using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void EnsureAvailable_OnSeveralThreads_LetsTorchCompute()
    {
        Parallel.For(0, 8, _ => TorchRuntime.EnsureAvailable());

        using torch.Tensor ones = torch.ones(3);
        Assert.Equal(3, ones.sum().item<float>());
    }

    [Fact]
    public void Resolve_WhereTheApplicationOptsOut_LeavesTheLibraryToDotnet()
    {
        TorchRuntime.EnsureAvailable(); // from now on nobody else asks for the library
        Assert.NotEqual(0, TorchLibraryResolver.Resolve(typeof(torch).Assembly, "LibTorchSharp"));
        AppContext.SetSwitch(TorchLibraryResolver.Switch, false);
        try
        {
            Assert.Equal(0, TorchLibraryResolver.Resolve(typeof(torch).Assembly, "LibTorchSharp"));
        }
        finally
        {
            AppContext.SetSwitch(TorchLibraryResolver.Switch, true);
        }
    }

    [SkippableFact]
    public async Task Start_WhereTheLibraryIsAdapted_ComputesAndWritesNothing()
    {
        ProbeFolder.RequireOlderSystem();
        using var probe = new ProbeFolder();
        string[] before = probe.Entries();

        Assert.Equal(ProbeResult.Computed, await probe.Run());

        Assert.Equal(before, probe.Entries());
    }

    [SkippableTheory]
    [InlineData("pipe")]
    [InlineData("link to a file")]
    [InlineData("link to a folder")]
    [InlineData("file of others")]
    [InlineData("folder of others")]
    [InlineData("file for a folder")]
    public async Task Start_WithAPlantedCache_ComputesAndLeavesItAlone(string planted)
    {
        ProbeFolder.RequireOlderSystem();
        using var probe = new ProbeFolder();
        await PlantedCache.Plant(probe.Cache, planted);
        string[] before = probe.Entries();

        Assert.Equal(ProbeResult.Computed, await probe.Run());

        Assert.Equal(before, probe.Entries());
    }

    [SkippableFact]
    public async Task Start_ForAUserWithoutAHome_Computes()
    {
        ProbeFolder.RequireOlderSystem();
        using var probe = new ProbeFolder();
        File.WriteAllText(probe.Cache, "a file where the home should be");

        Assert.Equal(ProbeResult.Computed, await probe.Run("HOME", probe.Cache));
    }

    [SkippableFact]
    public async Task Start_OfTorchSharpBeforeAnythingElse_Computes()
    {
        using var probe = new ProbeFolder();

        Assert.Equal(ProbeResult.Computed, await probe.Run("torchsharp-first"));
    }

    [SkippableFact]
    public async Task Start_WithLibtorchInTheRuntimesFolder_Computes()
    {
        using var probe = new ProbeFolder();
        string runtimes = Directory.CreateDirectory(Path.Combine(probe.Application, "runtimes", "linux-x64", "native")).FullName;
        foreach (string library in probe.Backend())
            File.Move(library, Path.Combine(runtimes, Path.GetFileName(library)));

        Assert.Equal(ProbeResult.Computed, await probe.Run());
    }

    [SkippableFact]
    public async Task Start_OfSeveralProcessesAtOnce_Computes()
    {
        using var probe = new ProbeFolder();

        ProbeResult[] results = await Task.WhenAll(probe.Run(), probe.Run(), probe.Run());

        Assert.All(results, result => Assert.Equal(ProbeResult.Computed, result));
    }

    [SkippableTheory]
    [InlineData("ensure-first")]
    [InlineData("torchsharp-first")]
    public async Task Start_WithoutABackend_NamesThePackages(string order)
    {
        using var probe = new ProbeFolder();
        foreach (string library in probe.Backend())
            File.Delete(library);

        await AssertRefused(probe, order, "libtorch.so is neither in", "dotnet add package TorchSharp-cpu", "TorchSharp-cuda-linux", "TorchSharp-cuda-windows");
    }

    [SkippableTheory]
    [InlineData("ensure-first")]
    [InlineData("torchsharp-first")]
    public async Task Start_WithALibraryThatUsesAnUnknownVersion_NamesVersionAndSymbol(string order)
    {
        using var probe = new ProbeFolder();
        string library = Path.Combine(probe.Application, "libLibTorchSharp.so");
        byte[] content = File.ReadAllBytes(library);
        "GLIBCXX_9.9.99"u8.CopyTo(content.AsSpan(content.AsSpan().IndexOf("GLIBCXX_3.4.21\0"u8)));
        File.Delete(library);
        File.WriteAllBytes(library, content);

        await AssertRefused(probe, order, "libLibTorchSharp.so uses the symbol '_Z", "GLIBCXX_9.9.99", "libstdc++.so.6");
    }

    private static async Task AssertRefused(ProbeFolder probe, string order, params string[] facts)
    {
        string[] before = Directory.GetFileSystemEntries(probe.Application);

        ProbeResult result = await probe.Run(order);

        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.DoesNotContain('\n', result.Error);
        Assert.All(facts, fact => Assert.Contains(fact, result.Error));
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(probe.Application).Order());
    }
}
