namespace TransferLearning.Benchmarks.Setup;

/// <summary>Moves the library's cache to a folder that is empty at first and deleted at the end, so that no earlier run helps this one.</summary>
internal sealed class TemporaryCache : IDisposable
{
    private const string Variable = "TRANSFERLEARNING_CACHE";
    private const string NativeFolder = "native"; // libtorch's adapted part, which this process has loaded from there

    public TemporaryCache()
    {
        Folder = Directory.CreateTempSubdirectory("transferlearning-benchmark-").FullName;
        Environment.SetEnvironmentVariable(Variable, Folder);
    }

    public string Folder { get; }

    /// <summary>Forgets everything but the native library: features that an earlier fit has kept, above all.</summary>
    public void Empty()
    {
        foreach (string folder in Directory.GetDirectories(Folder).Where(path => Path.GetFileName(path) != NativeFolder))
            Directory.Delete(folder, recursive: true);
        foreach (string file in Directory.GetFiles(Folder))
            File.Delete(file);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        Directory.Delete(Folder, recursive: true);
    }
}
