using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Native;

/// <summary>The devices that networks compute on.</summary>
internal static class ComputeDevice
{
    /// <summary>The device of fits and predictors that name none: the CPU. The suite of tests sets another to run on it.</summary>
    public static Device Default { get; set; } = CPU;

    /// <summary>Why nothing can be computed on a device; null where it can.</summary>
    public static string? FindProblem(Device device) => device.type switch
    {
        DeviceType.META => "The device 'meta' computes shapes, not values; name the CPU or a GPU.",
        DeviceType.CUDA when device.index >= cuda.device_count() =>
            $"There is no device '{device}': {cuda.device_count()} CUDA devices were found, numbered from 0.",
        _ => null,
    };
}
