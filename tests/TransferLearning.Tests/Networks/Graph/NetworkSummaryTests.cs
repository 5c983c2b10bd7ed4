using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Published;

namespace TransferLearning.Tests.Networks.Graph;

public sealed class NetworkSummaryTests
{
    [Fact]
    public void Summarize_OfResNet18_CountsAsTorchinfoDoes()
    {
        using Backbone backbone = BuiltForSide.Open("resnet18", side: 224);
        foreach ((string name, Parameter parameter) in backbone.Network.named_parameters())
            parameter.requires_grad = name == "fc.weight";

        NetworkSummary summary = NetworkGraph.Trace(backbone).Summarize();

        Assert.Equal(
            """
            stage     output shape      parameters  trainable  multiply-adds
            ----------------------------------------------------------------
            images    [N, 3, 224, 224]
            stem      [N, 64, 56, 56]        9,536          0    118,013,952
            layer1    [N, 64, 56, 56]      147,968          0    462,422,016
            layer2    [N, 128, 28, 28]     525,568          0    411,041,792
            layer3    [N, 256, 14, 14]   2,099,712          0    411,041,792
            layer4    [N, 512]           8,393,728          0    411,041,792
            head      [N, 1000]            513,000    512,000        512,000
            ----------------------------------------------------------------
            resnet18                    11,689,512    512,000  1,814,073,344

            """.ReplaceLineEndings("\n"),
            string.Join('\n', summary.ToString().Split('\n').Select(line => line.TrimEnd())));
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("resnext50_32x4d")]
    [InlineData("mobilenet_v2")]
    [InlineData("mobilenet_v3_large")]
    [InlineData("efficientnet_b0")]
    [InlineData("regnet_y_400mf")]
    [InlineData("mnasnet1_0")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("squeezenet1_1")]
    [InlineData("densenet121")]
    [InlineData("googlenet")]
    [InlineData("inception_v3")]
    [InlineData("alexnet")]
    [InlineData("vgg11_bn")]
    [InlineData("convnext_tiny")]
    [InlineData("swin_t")]
    [InlineData("swin_v2_t")]
    [InlineData("maxvit_t")]
    [InlineData("vit_b_32")]
    public void Summarize_AtThePublishedSize_CountsWhatThePublisherDoes(string name)
    {
        PublishedBackbone published = Pretrained.Catalog.Single(weights => weights.Name == name && weights.IsDefault);
        using Backbone backbone = BuiltForSide.Open(name, published.Preprocessing.CropTo);

        NetworkSummary summary = NetworkGraph.Trace(backbone).Summarize();

        Assert.InRange(summary.MultiplyAdds / 1e9, published.Gflops!.Value - 0.0006, published.Gflops.Value + 0.0006);     // three decimals are published
        Assert.Equal(backbone.Network.parameters().Sum(parameter => parameter.numel()), summary.Parameters);
        Assert.Equal(summary.Parameters, summary.TrainableParameters);
    }
}
