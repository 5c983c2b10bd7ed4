using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TransferLearning.Native;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Native;

[SupportedOSPlatform("linux")]
public sealed class NamelessLibraryTests
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_OfALibrary_GivesAPathThatLoads(bool inMemory)
    {
        RequireLinux();
        using var folder = new TemporaryFolder();
        using FileStream? file = inMemory ? NamelessLibrary.InMemory("library.so") : NamelessLibrary.OnDisk(folder.FullPath);
        Skip.If(file is null, "this system has no files in memory");

        nint library = NativeLibrary.Load(NamelessLibrary.Write(file, SmallLibrary()));

        Assert.True(NativeLibrary.TryGetExport(library, "CompressionNative_Crc32", out _));
    }

    [SkippableFact]
    public void OnDisk_InAFolderOfOthers_IsNamelessAndTheUsersAlone()
    {
        RequireLinux();
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.FullPath, (UnixFileMode)0x1FF); // rwx for all

        using FileStream file = NamelessLibrary.OnDisk(folder.FullPath);

        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.SafeFileHandle));
    }

    [SkippableFact]
    public void Write_WhereAnotherFileTakesTheName_IsLoadedFromTheDescriptor()
    {
        RequireLinux();
        using var folder = new TemporaryFolder();
        using FileStream file = NamelessLibrary.OnDisk(folder.FullPath);
        File.WriteAllText(file.Name, "another user's");

        string path = NamelessLibrary.Write(file, [1, 2, 3]);

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal("another user's", File.ReadAllText(file.Name));
    }

    [SkippableFact]
    public void OnDisk_WhereNoFileCanBeCreated_SaysWhere()
    {
        RequireLinux();

        Assert.Contains("/absent", Assert.ThrowsAny<IOException>(() => NamelessLibrary.OnDisk("/absent")).Message);
    }

    // Of .NET itself: small, and loading it twice does no harm.
    private static byte[] SmallLibrary() =>
        File.ReadAllBytes(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.IO.Compression.Native.so"));

    private static void RequireLinux() => Skip.IfNot(OperatingSystem.IsLinux(), "native libraries are adapted on Linux only");
}
