using System.Diagnostics;
using System.Net.Sockets;
using TransferLearning.Data;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Folders of images with links, pipes, sockets, names that are no text, and depths that nobody walks by hand.</summary>
internal sealed class FolderAttack : AttackKind
{
    private static readonly byte[] _png = DrawnImage.Png();

    private static readonly (string Name, Action<string> Plant)[] _plants =
    [
        ("a pipe", folder => UnixFiles.MakePipe(folder + "/pipe.jpg")),
        ("a socket", MakeSocket),
        ("a link to itself", folder => File.CreateSymbolicLink(folder + "/self.png", folder + "/self.png")),
        ("a link to its folder", folder => Directory.CreateSymbolicLink(folder + "/loop", folder)),
        ("a second link to its folder", folder => Directory.CreateSymbolicLink(folder + "/loop2", ".")),
        ("a link to the root of the folders", folder => Directory.CreateSymbolicLink(folder + "/up", folder + "/..")),
        ("a link to the root of the system", folder => Directory.CreateSymbolicLink(folder + "/bin.png", "/bin/true")),
        ("a broken link", folder => File.CreateSymbolicLink(folder + "/broken.png", "/absent/absent.png")),
        ("a link to a device", folder => File.CreateSymbolicLink(folder + "/zero.png", "/dev/zero")),
        ("a link to a folder that is named like an image", folder => Directory.CreateSymbolicLink(folder + "/folder.png", "/var/empty")),
        ("a folder that is named like an image", folder => Directory.CreateDirectory(folder + "/folder.jpg")),
        ("an unreadable folder", folder => UnixFiles.Forbid(Directory.CreateDirectory(folder + "/closed").FullName)),
        ("an unreadable file", folder => UnixFiles.Forbid(Image(folder + "/closed.png"))),
        ("an empty file", folder => File.WriteAllBytes(folder + "/empty.png", [])),
        ("a newline in a name", folder => Image(folder + "/a\nb.png")),
        ("control characters in a name", folder => Image(folder + "/\u001b[31m\u0007.png")),
        ("a name that is no text", folder => UnixFiles.MakeFile(folder, [0xFF, 0xFE, .. ".png"u8])),
        ("a folder whose name is no text", folder => UnixFiles.MakeFolder(folder, [0xC3, 0x28, 0xFF])),
        ("half a surrogate in a name", folder => UnixFiles.MakeFile(folder, [0xED, 0xA0, 0x80, .. ".png"u8])),
        ("a name of 255 letters", folder => Image(folder + "/" + new string('n', 251) + ".png")),
        ("a depth of 300 folders", folder => Image(Directory.CreateDirectory(folder + "/" + string.Join('/', Enumerable.Repeat("deep", 300))).FullName + "/1.png")),
        ("a name in two normal forms", folder => { Image(folder + "/caf\u00e9.png"); Image(folder + "/cafe\u0301.png"); }),
        ("names that differ in case", folder => { Image(folder + "/A.png"); Image(folder + "/a.PNG"); }),
        ("a hidden file", folder => Image(folder + "/.hidden.png")),
        ("200 files that are no images", folder => { for (int file = 0; file < 200; file++) File.WriteAllText($"{folder}/{file}.txt", ""); }),
        ("an image that is text", folder => File.WriteAllText(folder + "/text.png", "text")),
        ("a hard link", folder => Image(folder + "/hard.png")),
    ];

    private readonly TemporaryFolder _folder = new();
    private int _made;
    private string _root = "";

    public override long MemoryBound => 64L << 20;

    public override Attack? Make(long seed, int number)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        // Each thing in one class folder, then in the root, then several at once.
        if (number < 2 * _plants.Length)
        {
            (string name, Action<string> plant) = _plants[number % _plants.Length];
            string where = number < _plants.Length ? "in a class" : "beside the classes";
            return Made($"{name} {where}", root => plant(number < _plants.Length ? root + "/ant" : root));
        }

        var random = new RandomStream(seed, number);
        (string Name, string Where, Action<string> Plant)[] chosen =
        [
            .. Enumerable.Range(0, 2 + random.NextInt32(5)).Select(_ => random.Choose(_plants))
                .Select(plant => (plant.Name, random.Choose(["", "/ant", "/bee", "/val", "/train", "/train/ant"]), plant.Plant)),
        ];
        return Made(string.Join(", ", chosen.Select(plant => $"{plant.Name} in '{plant.Where}'")), root =>
        {
            foreach ((_, string where, Action<string> plant) in chosen)
            {
                try
                {
                    plant(Directory.CreateDirectory(root + where).FullName);
                }
                catch (IOException)
                {
                    // It is there already.
                }
            }
        });
    }

    public override bool IsDocumented(Exception error) =>
        error is InvalidDataException or DirectoryNotFoundException or UnauthorizedAccessException
        || (error is InvalidOperationException && error.Message.Contains("holds the split folders", StringComparison.Ordinal));

    public override void Dispose()
    {
        Delete(_root);
        _folder.Dispose();
    }

    private Attack Made(string description, Action<string> plant)
    {
        Delete(_root);
        string root = _root = _folder.File($"{_made++}");
        int images = 0;
        foreach (string path in new[] { "ant", "bee" })
        {
            Directory.CreateDirectory(Path.Join(root, path));
            for (int image = 0; image < 3; image++, images++)
                Image(Path.Join(root, path, $"{image}.png"));
        }
        plant(root);
        return new Attack(description, () => Scan(root));
    }

    private static void Scan(string root)
    {
        ImageFolder folder = ImageFolder.Open(root);
        string? twice = folder.Samples.GroupBy(sample => Path.GetFullPath(sample.Name)).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
            throw new AttackFailedException($"'{twice}' is two samples");
        if (folder.Samples.Count > 40)
            throw new AttackFailedException($"{folder.Samples.Count} samples of a few images");
        foreach (SkippedSample skipped in folder.Skipped)
            _ = skipped.ToString();
        for (int index = 0; index < folder.Samples.Count; index++)
            folder.Load(index);
        DatasetSplit.Of(folder);
    }

    // Directory.Delete does not delete names that are no text.
    private static void Delete(string root)
    {
        if (root.Length == 0)
            return;
        if (!Environment.IsPrivilegedProcess)
            Process.Start("chmod", ["-R", "u+rwx", root]).WaitForExit();
        Process.Start("rm", ["-rf", root]).WaitForExit();
    }

    private static string Image(string path)
    {
        File.WriteAllBytes(path, _png);
        return path;
    }

    private static void MakeSocket(string folder)
    {
        // A socket's path may have 107 bytes.
        string near = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}"[..12]);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(near));
            File.Move(near, folder + "/socket.png");
        }
    }
}
