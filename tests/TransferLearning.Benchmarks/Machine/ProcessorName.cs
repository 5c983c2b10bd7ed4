using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace TransferLearning.Benchmarks.Machine;

/// <summary>What the processor says of itself by the CPUID instruction.</summary>
internal static class ProcessorName
{
    private const int Extended = unchecked((int)0x80000000);

    /// <summary>The maker's name for the model; the architecture where there is no CPUID.</summary>
    public static string Model => X86Base.IsSupported && (uint)X86Base.CpuId(Extended, 0).Eax >= 0x80000004
        ? Brand()
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Whether there are instructions that multiply bfloat16: leaf 7, subleaf 1, EAX bit 5.</summary>
    public static bool HasAvx512BFloat16 => X86Base.IsSupported && Avx512F.IsSupported && X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax & 1 << 5) != 0;

    // Leaves 0x80000002 to 0x80000004: 48 bytes of ASCII, padded with zeros.
    private static string Brand()
    {
        var registers = new List<int>();
        for (int leaf = 2; leaf <= 4; leaf++)
        {
            (int eax, int ebx, int ecx, int edx) = X86Base.CpuId(Extended + leaf, 0);
            registers.AddRange([eax, ebx, ecx, edx]);
        }
        byte[] letters = [.. registers.SelectMany(BitConverter.GetBytes)];
        return Encoding.ASCII.GetString(letters).TrimEnd('\0').Trim();
    }
}
