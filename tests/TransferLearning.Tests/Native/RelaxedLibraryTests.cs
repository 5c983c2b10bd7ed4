using TransferLearning.Native;
using TransferLearning.Native.Elf;

namespace TransferLearning.Tests.Native;

public sealed class RelaxedLibraryTests
{
    [SkippableFact]
    public void Make_WhereOnlyAnUnusedVersionIsLacking_ChangesOneFlag()
    {
        byte[] content = TorchSharpLibrary();

        byte[]? relaxed = RelaxedLibrary.Make("lib.so", content, OfferingAllBut(content, "GLIBCXX_3.4.32"));

        Assert.NotNull(relaxed);
        int changed = Assert.Single(Enumerable.Range(0, content.Length), i => content[i] != relaxed[i]);
        RequiredVersion version = Assert.Single(ElfVersions.RequiredBy(new ElfImage(content)), version => version.FlagsOffset == changed);
        Assert.Equal("GLIBCXX_3.4.32", version.Name);
        Assert.Equal(2, relaxed[changed]);
    }

    [SkippableFact]
    public void Make_WhereAUsedVersionIsLacking_NamesVersionAndSymbol()
    {
        byte[] content = TorchSharpLibrary();

        var refusal = Assert.Throws<TorchUnavailableException>(
            () => RelaxedLibrary.Make("lib.so", content, OfferingAllBut(content, "GLIBCXX_3.4.21")));

        Assert.Matches("lib.so uses the symbol '_Z\\w+' of version GLIBCXX_3.4.21, which .*'/usr/lib/its-file'", refusal.Message);
    }

    [SkippableFact]
    public void Make_WhereNothingIsLacking_MakesNothing()
    {
        byte[] content = TorchSharpLibrary();

        Assert.Null(RelaxedLibrary.Make("lib.so", content, OfferingAllBut(content)));
    }

    [Fact]
    public void Make_WhereAnotherLibraryLacksAVersion_LeavesThatToTheLoader() =>
        Assert.Null(RelaxedLibrary.Make("lib.so", Elf.SmallElf.Build(), new StandardLibrary("/usr/lib/its-file", new HashSet<string>())));

    private static byte[] TorchSharpLibrary()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        Skip.IfNot(File.Exists(path), "TorchSharp's Linux library is not part of this build");
        return File.ReadAllBytes(path);
    }

    private static StandardLibrary OfferingAllBut(byte[] library, params string[] lacking) =>
        new("/usr/lib/its-file", ElfVersions.RequiredBy(new ElfImage(library)).Select(version => version.Name).Except(lacking).ToHashSet());
}
