using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

[SupportedOSPlatform("linux")]
public sealed class LibraryInMemoryTests
{
    [SkippableFact]
    public void Load_OfALibrary_GivesItsFunctionsFromAFileWithoutAName()
    {
        RequireLinux();
        string small = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.IO.Compression.Native.so"); // does no harm loaded twice

        nint library = LibraryInMemory.Load("named-by-a-test.so", File.ReadAllBytes(small));

        Assert.True(NativeLibrary.TryGetExport(library, "CompressionNative_Crc32", out _));
        Assert.Contains(File.ReadLines("/proc/self/maps"), line => line.EndsWith("/memfd:named-by-a-test.so (deleted)", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Load_OfNoLibrary_IsRefused()
    {
        RequireLinux();

        Assert.Throws<DllNotFoundException>(() => LibraryInMemory.Load("text.so", "no library"u8.ToArray()));
    }

    [SkippableFact]
    public void Load_WhereTheSystemRefusesTheFile_SaysWhy()
    {
        RequireLinux();

        string tooLong = new('x', 300);
        Assert.StartsWith("memfd_create failed: ", Assert.Throws<IOException>(() => LibraryInMemory.Load(tooLong, [])).Message);
    }

    private static void RequireLinux() => Skip.IfNot(OperatingSystem.IsLinux(), "native libraries are adapted on Linux only");
}
