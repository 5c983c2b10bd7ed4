using System.Runtime.InteropServices;
using TransferLearning.Native;

namespace TransferLearning.Tests.Native;

public sealed class BFloat16InstructionsTests
{
    [SkippableFact]
    public void MayExist_OnLinux_AgreesWithWhatTheKernelSays()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Only Linux on x64 lists the processor's features in /proc/cpuinfo.");
        string features = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal));

        Assert.Equal(features.Split(' ').Contains("avx512_bf16"), BFloat16Instructions.MayExist);
    }

    [Fact]
    public void Pay_AskedAgain_IsTheSame() => Assert.Equal(BFloat16Instructions.Pay, BFloat16Instructions.Pay);

    [Fact]
    public void Pay_WithoutTheInstructions_IsFalse() => Assert.True(BFloat16Instructions.MayExist || !BFloat16Instructions.Pay);
}
