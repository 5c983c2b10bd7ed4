using TransferLearning.Native;
using TransferLearning.Native.Elf;
using TransferLearning.Randomness;

namespace TransferLearning.Tests.Native.Elf;

public sealed class ElfImageTests
{
    [Fact]
    public void RequiredVersions_OfASmallLibrary_AreReadInOrder()
    {
        IReadOnlyList<RequiredVersion> versions = ElfVersions.RequiredBy(new ElfImage(SmallElf.Build()));

        Assert.Equal(
            [("libother.so", "1.0", SmallElf.UsedVersion), ("libother.so", "2.0", SmallElf.UnusedVersion)],
            versions.Select(version => (version.Library, version.Name, version.Index)));
    }

    [Fact]
    public void OfferedVersions_OfASmallLibrary_AreRead() =>
        Assert.Equal(["SMALL_1"], ElfVersions.OfferedBy(new ElfImage(SmallElf.Build())));

    [Fact]
    public void SymbolInUse_WithARelocation_IsNamed() =>
        Assert.Equal("used", ElfRelocations.FirstSymbolInUse(new ElfImage(SmallElf.Build()), SmallElf.UsedVersion));

    [Fact]
    public void SymbolInUse_WithoutARelocation_IsNone() =>
        Assert.Null(ElfRelocations.FirstSymbolInUse(new ElfImage(SmallElf.Build()), SmallElf.UnusedVersion));

    [Fact]
    public void Image_CutAtAnyLength_IsRefused()
    {
        byte[] whole = SmallElf.Build();

        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<ElfFormatException>(() => ReadAll(whole[..length]));
        ReadAll(whole);
    }

    [Fact]
    public void Image_WithAlteredBytes_IsReadOrRefused()
    {
        byte[] whole = SmallElf.Build();
        var random = new RandomStream(seed: 20);
        int refused = 0;

        for (int attempt = 0; attempt < 20_000; attempt++)
        {
            byte[] altered = [.. whole];
            for (int changes = 1 + random.NextInt32(8); changes > 0; changes--)
                altered[random.NextInt32(altered.Length)] = (byte)random.NextUInt64();
            try
            {
                ReadAll(altered);
            }
            catch (ElfFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 19_000);
    }

    [Fact]
    public void Image_OfAnotherKindOfFile_IsRefusedWithTheReason()
    {
        byte[] forArm = SmallElf.Build();
        forArm[18] = 183;

        Assert.Contains("machine 183", Assert.Throws<ElfFormatException>(() => new ElfImage(forArm)).Message);
        Assert.Contains("is not an ELF file", Assert.Throws<ElfFormatException>(() => new ElfImage("MZ is Windows"u8.ToArray())).Message);
    }

    [SkippableFact]
    public void StandardLibrary_OfThisSystem_OffersTheVersionsThatNetNeeds()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "ELF libraries are Linux's");
        TorchRuntime.EnsureAvailable();

        StandardLibrary? system = StandardLibrary.Find();

        Assert.NotNull(system);
        Assert.Contains("GLIBCXX_3.4.21", system.Versions);
    }

    private static void ReadAll(byte[] bytes)
    {
        var image = new ElfImage(bytes);
        ElfVersions.OfferedBy(image);
        foreach (RequiredVersion version in ElfVersions.RequiredBy(image))
        {
            ElfRelocations.FirstSymbolInUse(image, version.Index);
            image.Bytes.UInt16(version.FlagsOffset);
        }
    }
}
