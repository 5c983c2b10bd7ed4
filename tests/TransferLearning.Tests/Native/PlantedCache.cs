using System.Diagnostics;
using System.Security.Cryptography;
using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

/// <summary>A cache folder that somebody has prepared, with what a name made of the adapted library's hash would find there.</summary>
internal static class PlantedCache
{
    public static async Task Plant(string cache, string planted)
    {
        string natives = Path.Combine(cache, "native");
        string file = Path.Combine(natives, NameOfTheCopy());
        string elsewhere = cache + "-of-others";
        Directory.CreateDirectory(planted is "link to a folder" or "file for a folder" ? cache : natives);
        switch (planted)
        {
            case "pipe":
                await Run("mkfifo", file);
                break;

            case "link to a file":
                File.WriteAllText(elsewhere, "no library");
                File.CreateSymbolicLink(file, elsewhere);
                break;

            case "link to a folder":
                Directory.CreateDirectory(elsewhere);
                Directory.CreateSymbolicLink(natives, elsewhere);
                break;

            case "file for a folder":
                File.WriteAllText(natives, "no folder");
                break;

            case "file of others":
                File.WriteAllText(file, "no library");
                break;

            case "folder of others":
                await Run("chmod", "777", natives);
                break;
        }
    }

    private static async Task Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        await process.WaitForExitAsync();
    }

    private static string NameOfTheCopy()
    {
        byte[] library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        byte[] copy = RelaxedLibrary.Make("libLibTorchSharp.so", library, StandardLibrary.Find()!)!;
        return $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(copy))}.so";
    }
}
