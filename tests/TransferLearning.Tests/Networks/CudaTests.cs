using TorchSharp;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>What every built-in network does on a GPU, beside what it does on the CPU.</summary>
[Collection(Alone.Name)] // the use of TF32 is a setting of the process
public sealed class CudaTests
{
    private const int Side = 64;

    [SkippableFact]
    public void Forward_OnTheGpu_GivesWhatTheCpuGives() => ForEachNetwork(backbone =>
    {
        using IDisposable noGradient = no_grad();
        using IDisposable inFloat32 = new WithoutTf32();
        backbone.Network.eval();
        Tensor images = Images(1, backbone);
        Tensor onCpu = backbone.Forward(images);

        backbone.Network.to(CUDA);
        Tensor onGpu = backbone.Forward(images.to(CUDA)).cpu();

        Assert.InRange(Distance(onCpu, onGpu), double.Epsilon, 1e-4); // not 0: it is other arithmetic
    });

    [SkippableFact]
    public void Forward_OnTheGpuInBFloat16_StaysNearFloat32() => ForEachNetwork(backbone =>
    {
        using IDisposable noGradient = no_grad();
        backbone.Network.to(CUDA).eval();
        Tensor images = Images(1, backbone).to(CUDA);
        Tensor exact = backbone.Forward(images);

        backbone.ComputeIn(ComputePrecision.BFloat16);

        Assert.InRange(Distance(exact, backbone.Forward(images)), double.Epsilon, 0.1);
    });

    [SkippableFact]
    public void Backward_OnTheGpu_GivesFiniteGradientsThere() => ForEachNetwork(backbone =>
    {
        backbone.Network.to(CUDA).train();
        backbone.SeedDropout(seed: 0, epoch: 0, step: 0);

        backbone.Forward(Images(4, backbone).to(CUDA)).square().mean().backward();

        Assert.All(backbone.Network.named_parameters(), entry =>
        {
            if (entry.parameter.grad is not { } gradient)
            {
                // Heads for training from scratch, which GoogLeNet and Inception have besides.
                Assert.StartsWith("aux", entry.name, StringComparison.OrdinalIgnoreCase);
                return;
            }
            Assert.Equal(DeviceType.CUDA, gradient.device_type);
            Assert.True(gradient.isfinite().all().item<bool>(), entry.name);
        });
    });

    // One test for all networks, not one for each: without a GPU, a line says so, not hundreds.
    private static void ForEachNetwork(Action<Backbone> check)
    {
        Skip.IfNot(cuda.is_available(), "there is no CUDA device, or the libtorch at hand has no CUDA backend");
        Assert.All((IEnumerable<object[]>)NetworkNames.OfModerateSize, row =>
        {
            using var scope = NewDisposeScope();
            using Backbone backbone = DrawnWeights.Open((string)row[0], Side);
            check(backbone);
        });
    }

    private static Tensor Images(int count, Backbone backbone)
    {
        using var generator = new Generator(3);
        int side = backbone.Info.Preprocessing.CropTo;
        return zeros(count, side, side, 3).normal_(0, 1, generator).permute(0, 3, 1, 2);
    }

    private static double Distance(Tensor expected, Tensor actual) => actual.sub(expected).norm().div(expected.norm()).item<float>();

    /// <summary>Convolutions in float32 to the last digit: by default, as in PyTorch, they round their factors to TF32.</summary>
    private sealed class WithoutTf32 : IDisposable
    {
        private readonly bool _before = backends.cudnn.allow_tf32;

        public WithoutTf32() => backends.cudnn.allow_tf32 = false;

        public void Dispose() => backends.cudnn.allow_tf32 = _before;
    }
}
