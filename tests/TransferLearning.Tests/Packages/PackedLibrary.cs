using System.Reflection;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Packages;

/// <summary>The library's packages, packed once of what was built with the tests, where there is an SDK, and gone afterwards.</summary>
public sealed class PackedLibrary : IAsyncLifetime
{
    private readonly TemporaryFolder _feed = new();

    public string Feed => _feed.FullPath;

    /// <summary>A version that no stale package has.</summary>
    public string Version { get; } = $"0.1.0-consumer.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";

    private static string Configuration => typeof(PackedLibrary).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public string Package(string project) => _feed.File($"{project}.{Version}.nupkg");

    public async Task InitializeAsync()
    {
        if (!DotnetProcess.HasSdk)
            return;
        foreach (string project in new[] { "TransferLearning.Core", "TransferLearning", "TransferLearning.ImageSharp", "TransferLearning.OnnxRuntime" })
        {
            await PackageRun.Command(
                SourceTree.Root, "pack", Path.Combine("src", project), "--no-build", "-c", Configuration, "-o", Feed, $"-p:Version={Version}", "-nologo", "-v", "quiet");
        }
    }

    public Task DisposeAsync()
    {
        _feed.Dispose();
        return Task.CompletedTask;
    }
}
