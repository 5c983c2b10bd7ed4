namespace TransferLearning.Native.Elf;

/// <summary>A file is not the 64-bit ELF shared library that it should be.</summary>
internal sealed class ElfFormatException(string message) : Exception(message);
