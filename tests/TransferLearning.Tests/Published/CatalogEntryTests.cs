using TransferLearning.Published;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Published;

public sealed class CatalogEntryTests
{
    // A vision transformer's weights count positions, so it is built for any one side; MaxViT's windows fit one side alone.
    [Theory]
    [InlineData("vit_b_16", 96)]
    [InlineData("maxvit_t", 224)]
    [InlineData("resnet18", null)]
    public void At_AnotherSide_SaysWhichSideTheNetworkTakes(string name, int? expected)
    {
        PretrainedBackbone network = BuiltInNetworks.Find(name)!.At(new Preprocessing { CropTo = 96 });

        Assert.Equal(expected, network.Info.Sides.Largest);
    }
}
