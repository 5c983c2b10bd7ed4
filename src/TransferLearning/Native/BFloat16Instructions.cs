using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace TransferLearning.Native;

/// <summary>Whether this processor multiplies bfloat16 faster than float32: detected by processor features, then measured, once per process.</summary>
internal static class BFloat16Instructions
{
    private const double WorthwhileRatio = 1.2;
    private const int Repetitions = 7;

    private static readonly Lazy<bool> _pay = new(() => MayExist && MeasuredRatio() >= WorthwhileRatio);

    /// <summary>Whether bfloat16 is faster on this machine.</summary>
    public static bool Pay => _pay.Value;

    /// <summary>False if an x86 processor reports none; other processors cannot be queried, and are measured.</summary>
    public static bool MayExist
    {
        get
        {
            if (!X86Base.IsSupported)
                return true;

            // CPUID leaf 7, subleaf 1, EAX bit 5 is AVX512_BF16 (Intel's and AMD's manuals). Whether the system saves the registers, IsSupported knows.
            const int highestLeaf = 0, features = 7, avx512BFloat16 = 1 << 5;
            return Avx512F.IsSupported
                && X86Base.CpuId(highestLeaf, 0).Eax >= features
                && (X86Base.CpuId(features, 1).Eax & avx512BFloat16) != 0;
        }
    }

    /// <summary>The speed-up of a typical convolution in bfloat16; both formats take turns, on one thread, so that a busy machine does not decide.</summary>
    private static double MeasuredRatio()
    {
        using IDisposable oneThread = TorchThreads.Use(1);
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor input = ones([4, 28, 28, 64]).permute(0, 3, 1, 2), weight = ones(64, 64, 3, 3);
        Tensor shortInput = input.to(ScalarType.BFloat16), shortWeight = weight.to(ScalarType.BFloat16);

        var exact = new List<TimeSpan>();
        var shortened = new List<TimeSpan>();
        for (int repetition = 0; repetition <= Repetitions; repetition++)
        {
            exact.Add(Time(input, weight));
            shortened.Add(Time(shortInput, shortWeight));
        }
        return exact.Skip(1).Min() / shortened.Skip(1).Min(); // the first of each builds its kernel
    }

    private static TimeSpan Time(Tensor input, Tensor weight)
    {
        long start = Stopwatch.GetTimestamp();
        nn.functional.conv2d(input, weight, padding: [1, 1]).Dispose();
        return Stopwatch.GetElapsedTime(start);
    }
}
