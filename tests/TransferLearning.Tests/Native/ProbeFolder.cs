using TransferLearning.Native;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Native;

/// <summary>An application's folder of its own, with the probe program and links to native libraries; gone after the test.</summary>
internal sealed class ProbeFolder : IDisposable
{
    private const string CacheVariable = "TRANSFERLEARNING_CACHE";
    private readonly TemporaryFolder _folder = new();

    public ProbeFolder()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the native library is adapted on Linux only");
        Directory.CreateDirectory(Application);
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Temporary);

        // The host resolves links to managed files, which would put the application's folder back to the tests' own.
        foreach (string managed in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Concat(Directory.GetFiles(AppContext.BaseDirectory, "TorchProbe.*.json")))
            File.Copy(managed, Path.Combine(Application, Path.GetFileName(managed)));
        foreach (string native in Directory.GetFiles(AppContext.BaseDirectory, "*.so*"))
            File.CreateSymbolicLink(Path.Combine(Application, Path.GetFileName(native)), native);
        OfferPackagesToCopy();
    }

    public string Application => _folder.File("application");

    public string Home => _folder.File("home");

    public string Cache => _folder.File("cache");

    /// <summary>The place for temporary files.</summary>
    public string Temporary => _folder.File("temporary");

    /// <summary>All files and folders that the process writes to by default, each with the time of its last change.</summary>
    public string[] Entries() =>
    [
        .. Directory.GetFileSystemEntries(_folder.FullPath, "*", SearchOption.AllDirectories)
            .Select(path => $"{path} {new FileInfo(path).LinkTarget} {File.GetLastWriteTimeUtc(path):O}").Order(StringComparer.Ordinal),
    ];

    /// <summary>The files of the backend package, which an application without it lacks.</summary>
    public IEnumerable<string> Backend() =>
        Directory.GetFiles(Application, "*.so*").Where(path => Path.GetFileName(path) is not ("libLibTorchSharp.so" or "libSkiaSharp.so"));

    /// <summary>Skips the test where TorchSharp's library needs no adapted copy.</summary>
    public static void RequireOlderSystem()
    {
        TorchRuntime.EnsureAvailable();
        bool loadsAsItIs = File.ReadLines("/proc/self/maps").Any(line => line.EndsWith("/libLibTorchSharp.so"));
        Skip.If(loadsAsItIs, "TorchSharp's library loads on this system as it is");
    }

    /// <summary>Runs the probe to its end.</summary>
    public Task<ProbeResult> Run(params string[] arguments) => Run(CacheVariable, Cache, arguments);

    /// <summary>Runs the probe to its end with one environment variable that decides where its cache lies.</summary>
    public async Task<ProbeResult> Run(string variable, string value, params string[] arguments)
    {
        (int exitCode, string output, string error) = await DotnetProcess.Run(Path.Combine(Application, "TorchProbe.dll"), arguments, environment =>
        {
            environment["HOME"] = Home;
            environment["TMPDIR"] = Temporary;
            environment["DOTNET_EnableDiagnostics"] = "0"; // which puts files into the temporary folder
            environment["NUGET_PACKAGES"] = _folder.File("packages");
            environment.Remove(CacheVariable);
            environment.Remove("XDG_CACHE_HOME");
            environment[variable] = value;
        });
        return new ProbeResult(exitCode, output.Trim(), error.Trim());
    }

    public void Dispose() => _folder.Dispose();

    // What a failing TorchSharp 0.107 would copy into the application's folder; small here, half a gigabyte in life.
    private void OfferPackagesToCopy()
    {
        foreach (string package in (string[])["torchsharp/0.107.0", "libtorch-cpu-linux-x64/2.10.0", "libtorch-cuda-12.8-linux-x64-part1/2.10.0"])
        {
            string natives = _folder.File($"packages/{package}/runtimes/linux-x64/native");
            Directory.CreateDirectory(natives);
            File.WriteAllText(Path.Combine(natives, "libcopied.so"), "");
        }
    }
}
