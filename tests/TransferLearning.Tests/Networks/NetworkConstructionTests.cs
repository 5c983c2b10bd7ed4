using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TransferLearning.Networks;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

// torch's random generator is one for the whole process: nothing else may draw from it meanwhile.
[CollectionDefinition(nameof(NetworkConstructionTests), DisableParallelization = true)]
[Collection(nameof(NetworkConstructionTests))]
public sealed class NetworkConstructionTests
{
    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Build_Always_LeavesTheRandomGeneratorAlone(string name)
    {
        using Tensor before = get_rng_state();

        using nn.Module<Tensor, Tensor> network = BuiltForSide.Find(name, side: 224).Build();

        using Tensor after = get_rng_state();
        Assert.Equal(before.data<byte>().ToArray(), after.data<byte>().ToArray());
    }

    // Matrix products round otherwise at other addresses: the memory of a managed array is aligned by chance alone.
    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    [InlineData("swin_v2_t")]
    public void ReplaceHead_Always_LeavesAllWeightsAlignedAsTorchAlignsThem(string name)
    {
        using Backbone backbone = DrawnWeights.Open(name, side: 64);

        backbone.ReplaceHead(3, new RandomStream(seed: 1));

        nn.Module<Tensor, Tensor> network = backbone.Network;
        IEnumerable<(string Name, Tensor Values)> all = network.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(network.named_buffers().Select(entry => (entry.name, entry.buffer)));
        Assert.All(all.Where(entry => entry.Values.dtype == ScalarType.Float32), entry => Assert.Equal((entry.Name, 0), (entry.Name, AddressOf(entry.Values) % 64)));
    }

    private static long AddressOf(Tensor values) => Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(values.bytes));
}
