using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace TransferLearning.Runtime;

/// <summary>Provisional: loads libtorch where the ordinary way fails for want of GLIBCXX_3.4.32.</summary>
public static class TorchRuntime
{
    [ModuleInitializer]
    internal static void Attach() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
        name == "LibTorchSharp" && OperatingSystem.IsLinux() ? LoadPatched() : 0;

    private static nint LoadPatched()
    {
        string folder = AppContext.BaseDirectory;
        string library = Path.Combine(folder, "libLibTorchSharp.so");
        if (!File.Exists(library))
            return 0;
        byte[] image = File.ReadAllBytes(library);
        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(0x28));
        int size = BinaryPrimitives.ReadInt16LittleEndian(image.AsSpan(0x3A));
        int count = BinaryPrimitives.ReadInt16LittleEndian(image.AsSpan(0x3C));
        for (int i = 0; i < count; i++)
        {
            Span<byte> header = image.AsSpan(sections + i * size);
            if (BinaryPrimitives.ReadInt32LittleEndian(header[4..]) != 0x6ffffffe)
                continue;
            int offset = (int)BinaryPrimitives.ReadInt64LittleEndian(header[0x18..]);
            int link = BinaryPrimitives.ReadInt32LittleEndian(header[0x28..]);
            int strings = (int)BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(sections + link * size + 0x18));
            for (int need = offset; ;)
            {
                int entries = BinaryPrimitives.ReadInt16LittleEndian(image.AsSpan(need + 2));
                int aux = need + BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(need + 8));
                for (int e = 0; e < entries; e++)
                {
                    int name = strings + BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(aux + 8));
                    if (image.AsSpan(name).StartsWith("GLIBCXX_3.4.32\0"u8))
                        image[aux + 4] |= 2;
                    aux += BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(aux + 12));
                }
                int next = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(need + 12));
                if (next == 0)
                    break;
                need += next;
            }
        }
        string patched = Path.Combine(Path.GetTempPath(), "transferlearning-provisional-libLibTorchSharp.so");
        string beside = patched + Guid.NewGuid();
        File.WriteAllBytes(beside, image);
        File.Move(beside, patched, true);
        NativeLibrary.Load(Path.Combine(folder, "libtorch.so"));
        return NativeLibrary.Load(patched);
    }
}
