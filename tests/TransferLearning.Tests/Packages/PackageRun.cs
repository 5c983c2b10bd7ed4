using System.Diagnostics;
using System.Runtime.InteropServices;
using TransferLearning.Tests.OnnxRuntime;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Packages;

/// <summary>
/// Packs the library, restores the packages into empty console projects and runs them. Needs no network: what the packages
/// depend on was restored for the tests. Alone: "dotnet run --project tests/TransferLearning.Tests -- packages".
/// </summary>
internal static class PackageRun
{
    public const string Verb = "packages";

    /// <returns>The process's exit code: 0 where the applications predicted what they should.</returns>
    public static async Task<int> Run()
    {
        var library = new PackedLibrary();
        try
        {
            await library.InitializeAsync();
            return await Run(library);
        }
        finally
        {
            await library.DisposeAsync();
        }
    }

    /// <inheritdoc cref="Run()"/>
    public static async Task<int> Run(PackedLibrary library)
    {
        int trained = await Train(library), served = await Serve(library);
        return trained == 0 ? served : trained;
    }

    /// <summary>An application that trains and predicts.</summary>
    public static async Task<int> Train(PackedLibrary library)
    {
        using var folder = new TemporaryFolder();
        string application = await Make(
            library, folder, "build", nameof(PackageConsumer), "AppContext.BaseDirectory",
            ("TransferLearning", library.Version), ("TransferLearning.ImageSharp", library.Version), ("TorchSharp-cpu", "0.107.0"));

        (int code, string output, string error) = await DotnetProcess.Run(application, []);
        Console.WriteLine($"The application of the packages predicts '{output}' for a bright image.{error}");
        return code == 0 && output == "bright" ? 0 : 1;
    }

    /// <summary>An application that serves an exported file, and has no libtorch.</summary>
    public static async Task<int> Serve(PackedLibrary library)
    {
        using var folder = new TemporaryFolder();
        string image = folder.File("image.png"), model = folder.File("model.onnx");
        File.WriteAllBytes(image, ToyImages.Encoded(0, new Random(1)));
        using Predictor exported = OnnxFiles.Model();
        exported.ExportOnnx(model);
        string application = await Make(
            library, folder, "publish", nameof(ServingConsumer), "args[0], args[1]", ("TransferLearning.OnnxRuntime", library.Version));

        FileInfo[] published = new DirectoryInfo(Path.GetDirectoryName(application)!).GetFiles("*", SearchOption.AllDirectories);
        long start = Stopwatch.GetTimestamp();
        (int code, string output, string error) = await DotnetProcess.Run(application, [model, image]);
        Console.WriteLine(FormattableString.Invariant(
            $"The application that serves has {published.Sum(file => file.Length) / 1e6:0.0} MB and predicts '{output}' after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s.{error}"));
        bool hasTorch = published.Any(file => file.Name.Contains("torch", StringComparison.OrdinalIgnoreCase));
        return code == 0 && output == exported.Predict(image).Label && !hasTorch ? 0 : 1;
    }

    /// <returns>The path of the application.</returns>
    private static async Task<string> Make(
        PackedLibrary library, TemporaryFolder folder, string verb, string program, string arguments, params (string Name, string Version)[] packages)
    {
        string consumer = Directory.CreateDirectory(folder.File("consumer")).FullName;
        File.Copy(Path.Combine(SourceTree.Root, "tests", "TransferLearning.Tests", "Packages", $"{program}.cs"), Path.Combine(consumer, $"{program}.cs"));
        File.WriteAllText(Path.Combine(consumer, "Program.cs"), $"Console.Write(TransferLearning.Tests.Packages.{program}.Run({arguments}));");
        File.WriteAllText(Path.Combine(consumer, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{library.Feed}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{folder.File("restored")}" /></config>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(consumer, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <RestoreFallbackFolders>{SharedPackages}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(packages.Select(package => $"<PackageReference Include=\"{package.Name}\" Version=\"{package.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        await Command(consumer, verb, "-o", folder.File("made"), "-nologo", "-v", "quiet", "-clp:ErrorsOnly");
        return folder.File("made/Consumer.dll");
    }

    private static string SharedPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public static async Task Command(string folder, params string[] arguments)
    {
        (int code, string output, string error) = await DotnetProcess.Command(arguments, start => start.WorkingDirectory = folder);
        if (code != 0)
            throw new InvalidOperationException($"'dotnet {string.Join(' ', arguments)}' ended with {code}: {output}{error}");
    }
}
