using TorchSharp;

namespace TransferLearning.Tests.Runtime;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Torch_OnThisMachine_Computes()
    {
        using torch.Tensor one = torch.ones(3);
        Assert.Equal(3, one.sum().item<float>());
    }
}
