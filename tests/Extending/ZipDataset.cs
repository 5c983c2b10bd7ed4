using System.IO.Compression;
using TransferLearning.Data;

namespace Extending;

/// <summary>The images of a zip archive, each in a folder named after its class.</summary>
public sealed class ZipDataset : IDatasetSource
{
    private readonly string _path;

    public ZipDataset(string path)
    {
        _path = path;
        using ZipArchive archive = ZipFile.OpenRead(path);
        string[] images = [.. archive.Entries.Where(entry => entry.Name != "").Select(entry => entry.FullName)];
        string[] classes = [.. images.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)];
        Classes = classes;
        Samples = [.. images.Select(image => new Sample(image, Array.IndexOf(classes, ClassOf(image))))];
    }

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<Sample> Samples { get; }

    // An archive that is open serves one thread, so each call opens it for itself.
    public ReadOnlyMemory<byte> Load(int index)
    {
        using ZipArchive archive = ZipFile.OpenRead(_path);
        using Stream image = archive.GetEntry(Samples[index].Name)!.Open();
        using var content = new MemoryStream();
        image.CopyTo(content);
        return content.ToArray();
    }

    private static string ClassOf(string image) => image.Split('/')[0];
}
