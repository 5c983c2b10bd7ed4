namespace TransferLearning.Native.Elf;

/// <summary>One entry of a library's version requirements.</summary>
/// <param name="Library">The library that must offer it: "libstdc++.so.6".</param>
/// <param name="Name">The version: "GLIBCXX_3.4.32".</param>
/// <param name="Index">The number by which symbols refer to it.</param>
/// <param name="FlagsOffset">Where its flags lie in the file; two bytes.</param>
internal sealed record RequiredVersion(string Library, string Name, ushort Index, long FlagsOffset);
