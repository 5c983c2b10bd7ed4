using System.Runtime.InteropServices;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Packages;

/// <summary>
/// Packs the library, restores the packages into an empty console project and runs it. Needs no network: what the packages
/// depend on was restored for the tests. Alone: "dotnet run --project tests/TransferLearning.Tests -- packages".
/// </summary>
internal static class PackageRun
{
    public const string Verb = "packages";

    /// <returns>The process's exit code: 0 where the application predicted what it was taught.</returns>
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
        using var folder = new TemporaryFolder();
        string consumer = Directory.CreateDirectory(folder.File("consumer")).FullName;
        File.Copy(Path.Combine(SourceTree.Root, "tests", "TransferLearning.Tests", "Packages", "PackageConsumer.cs"), Path.Combine(consumer, "PackageConsumer.cs"));
        File.WriteAllText(Path.Combine(consumer, "Program.cs"), "Console.Write(TransferLearning.Tests.Packages.PackageConsumer.Run(AppContext.BaseDirectory));");
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
                <PackageReference Include="TransferLearning" Version="{library.Version}" />
                <PackageReference Include="TransferLearning.ImageSharp" Version="{library.Version}" />
                <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
              </ItemGroup>
            </Project>
            """);
        await Command(consumer, "build", "-o", folder.File("built"), "-nologo", "-v", "quiet", "-clp:ErrorsOnly");

        (int code, string output, string error) = await DotnetProcess.Run(folder.File("built/Consumer.dll"), []);
        Console.WriteLine($"The application of the packages predicts '{output}' for a bright image.{error}");
        return code == 0 && output == "bright" ? 0 : 1;
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
