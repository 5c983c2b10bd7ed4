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
}
