using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published.HuggingFace;

/// <summary>What the environment says, in processes of their own.</summary>
public sealed class HubVariablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Options_OfAnEmptyEnvironment_AreTheHubsDefaults() => Assert.Equal(
        ["https://huggingface.co/", Path.Combine(_folder.FullPath, "huggingface", "hub"), "no token", "False"],
        await Ask());

    [Fact]
    public async Task Options_OfEveryVariable_AreWhatTheySay() => Assert.Equal(
        ["https://mirror.example.org/", "/srv/hub", "hf_one", "True"],
        await Ask(("HF_ENDPOINT", "https://mirror.example.org"), ("HF_HUB_CACHE", "/srv/hub"), ("HF_TOKEN", " hf_one\n"), ("HF_HUB_OFFLINE", "yes")));

    [Fact]
    public async Task Options_OfAHome_FindCacheAndTokenThere()
    {
        File.WriteAllText(_folder.File("token"), "hf_two\n");

        Assert.Equal(["https://huggingface.co/", _folder.File("hub"), "hf_two", "False"], await Ask(("HF_HOME", _folder.FullPath)));
    }

    [Fact]
    public async Task Options_OfATokenFile_ReadIt()
    {
        File.WriteAllText(_folder.File("elsewhere"), "hf_three");

        Assert.Equal("hf_three", (await Ask(("HF_TOKEN_PATH", _folder.File("elsewhere"))))[2]);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What the process does.</summary>
    public static string Options()
    {
        var options = new HuggingFaceOptions();
        return string.Join('\n', options.Endpoint, options.CacheFolder, options.Token ?? "no token", options.Offline);
    }

    private async Task<string[]> Ask(params (string Name, string Value)[] set)
    {
        (_, string output, string error) = await DotnetProcess.OfTheTests(["hub"], variables =>
        {
            foreach (string name in variables.Keys.Where(name => name.StartsWith("HF_", StringComparison.Ordinal)).ToArray())
                variables.Remove(name);
            variables["XDG_CACHE_HOME"] = _folder.FullPath;
            foreach ((string name, string value) in set)
                variables[name] = value;
        });
        Assert.Equal("", error);
        return output.Split('\n');
    }
}
