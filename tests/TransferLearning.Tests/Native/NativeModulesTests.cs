using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using TransferLearning.Native;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Native;

public sealed class NativeModulesTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("vit_b_16")]
    [InlineData("tf_efficientnet_lite0")]
    public void Backbone_Disposed_ReleasesTheNativeHalfOfEveryModule(string name)
    {
        nn.Module[] modules;
        using (var backbone = BackboneLoader.Open(Pretrained.ByName(name).WithRandomWeights(), outputCount: 2, seed: 0))
            modules = [backbone.Network, .. backbone.Network.modules()];

        Assert.All(modules, module => Assert.True(HandleOf(module).IsInvalid, module.GetType().Name));
    }

    [Fact]
    public void Dispose_OfTorchSharpsOwnLayers_ReleasesTheirNativeHalves()
    {
        TorchRuntime.EnsureAvailable();
        nn.Module[] layers = [nn.Linear(2, 2), nn.Conv2d(3, 4, 3), nn.PReLU(1), nn.Bilinear(2, 2, 2), nn.BatchNorm2d(3)];
        Sequential all = nn.Sequential(layers.Take(3).Concat(layers.Skip(4)).Select((layer, index) => ($"{index}", (nn.Module<Tensor, Tensor>)layer)));
        long before = LiveTensors.Count;

        NativeModules.Dispose(all);
        NativeModules.Dispose(layers[3]);
        NativeModules.Dispose(all);

        Assert.All(layers, layer => Assert.True(HandleOf(layer).IsInvalid, layer.GetType().Name));
        Assert.True(LiveTensors.Count < before);
    }

    private static SafeHandle HandleOf(nn.Module module) =>
        (SafeHandle)typeof(nn.Module).GetField("handle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module)!;
}
