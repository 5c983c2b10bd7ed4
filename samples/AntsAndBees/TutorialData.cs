using System.IO.Compression;
using System.Security.Cryptography;
using Spectre.Console;

namespace AntsAndBees;

/// <summary>The tutorial's photographs: downloaded once, checked, unpacked beside the program.</summary>
internal static class TutorialData
{
    private const string Address = "https://download.pytorch.org/tutorial/hymenoptera_data.zip";
    private const string Sha256 = "fbc41b31d544714d18dd1230b1e2b455e1557766e13e67f9f5a7a23af7c02209"; // as PyTorch's own build checks it

    public static async Task<string> DownloadAsync(CancellationToken cancellation)
    {
        string cache = Path.Combine(AppContext.BaseDirectory, "data");
        string folder = Path.Combine(cache, "hymenoptera_data");
        if (Directory.Exists(folder))
            return folder;

        AnsiConsole.MarkupLineInterpolated($"Downloading {Address} (45 MB)");
        byte[] archive = await FetchAsync(cancellation);
        string found = Convert.ToHexStringLower(SHA256.HashData(archive));
        if (found != Sha256)
            throw new IOException($"{Address} has the SHA-256 {found}; it should be {Sha256}. Nothing was unpacked.");

        string partial = Path.Combine(cache, $"partial-{Guid.NewGuid():N}");
        try
        {
            ZipFile.ExtractToDirectory(new MemoryStream(archive), partial);
            Directory.Move(Path.Combine(partial, "hymenoptera_data"), folder);
        }
        finally
        {
            Directory.Delete(partial, recursive: true);
        }
        return folder;
    }

    private static async Task<byte[]> FetchAsync(CancellationToken cancellation)
    {
        try
        {
            using var client = new HttpClient();
            return await client.GetByteArrayAsync(Address, cancellation);
        }
        catch (HttpRequestException problem)
        {
            throw new IOException($"The photographs cannot be downloaded from {Address}: {problem.Message}. Where there is no network, unpack the archive by hand and pass its folder: --data hymenoptera_data.", problem);
        }
    }
}
