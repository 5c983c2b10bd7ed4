using System.Buffers;
using SixLabors.ImageSharp.Memory;

namespace TransferLearning.Imaging;

/// <summary>Allocates zeros: what a damaged JPEG does not fill stays as it was, and memory from a pool was another image's.</summary>
/// <param name="limitMegabytes">The most memory of one buffer.</param>
internal sealed class CleanMemory(int limitMegabytes) : MemoryAllocator
{
    private readonly MemoryAllocator _memory = Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = limitMegabytes });

    /// <inheritdoc/>
    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None) =>
        _memory.Allocate<T>(length, AllocationOptions.Clean);

    /// <inheritdoc/>
    public override void ReleaseRetainedResources() => _memory.ReleaseRetainedResources();

    /// <inheritdoc/>
    protected override int GetBufferCapacityInBytes() => int.MaxValue;
}
