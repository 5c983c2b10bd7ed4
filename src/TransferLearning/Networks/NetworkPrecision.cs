using TransferLearning.Native;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>The dtype of a network's activations.</summary>
internal sealed class NetworkPrecision(nn.Module network, BackboneInfo info)
{
    /// <summary>Never <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Chosen { get; private set; } = ComputePrecision.Float32;

    /// <summary>The first layer below the head that only computes in the format of its own weights; null where all follow their input's.</summary>
    public string? FixedFormatLayer => network is not StagedNetwork
        ? info.Name
        : network.named_modules().FirstOrDefault(entry => !info.Stages[^1].Covers(entry.name)
            && entry.module is not IFollowsInputFormat
            && entry.module.parameters(recurse: false).Any()).name;

    /// <exception cref="InvalidOperationException">The network cannot compute in bfloat16.</exception>
    public void Choose(ComputePrecision precision)
    {
        string? obstacle = FixedFormatLayer;
        if (precision == ComputePrecision.BFloat16 && obstacle is not null)
        {
            throw new InvalidOperationException(
                $"{info.Name} cannot compute in {ComputePrecision.BFloat16}: '{obstacle}' does not follow its input's number format. " +
                $"Build a {nameof(StagedNetwork)} of layers that are {nameof(IFollowsInputFormat)}, " +
                $"such as {nameof(Convolution2d)}, or compute in {ComputePrecision.Float32}.");
        }

        bool onProcessor = network.parameters().First().device_type == TorchSharp.DeviceType.CPU;
        Chosen = precision != ComputePrecision.Auto ? precision
            : obstacle is null && onProcessor && BFloat16Instructions.Pay ? ComputePrecision.BFloat16
            : ComputePrecision.Float32;
    }

    /// <summary>Images as the first stage takes them: as they are, or rounded.</summary>
    public Tensor Format(Tensor images) => Chosen == ComputePrecision.BFloat16 ? images.to(ScalarType.BFloat16) : images;
}
