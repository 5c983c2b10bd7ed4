using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// Inception v3: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception Architecture for Computer Vision", 2015
/// (table 1, with the batch-normalised auxiliary head of section 4). That head takes no part in the forward pass: its weights are
/// loaded, kept and saved, and the loss of the main head trains the rest. Field names are torchvision's keys.
/// </summary>
internal sealed partial class InceptionV3 : StagedNetwork
{
    private const int FeatureSize = 2048;

    private readonly InceptionConvolution Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3, Conv2d_3b_1x1, Conv2d_4a_3x3;
    private readonly MaxPool2d maxpool1, maxpool2;
    private readonly InceptionA Mixed_5b, Mixed_5c, Mixed_5d;
    private readonly InceptionB Mixed_6a;
    private readonly InceptionC Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e;
    private readonly Auxiliary AuxLogits;
    private readonly InceptionD Mixed_7a;
    private readonly InceptionE Mixed_7b, Mixed_7c;
    private readonly GlobalAveragePool avgpool;
    private readonly KeyedDropout dropout;
    private readonly LinearLayer fc;

    private InceptionV3() : base(nameof(InceptionV3))
    {
        Conv2d_1a_3x3 = Unpadded(3, 32, stride: 2);
        Conv2d_2a_3x3 = Unpadded(32, 32, stride: 1);
        Conv2d_2b_3x3 = Square(32, 64, kernel: 3);
        maxpool1 = HalvingPool();
        Conv2d_3b_1x1 = Square(64, 80, kernel: 1);
        Conv2d_4a_3x3 = Unpadded(80, 192, stride: 1);
        maxpool2 = HalvingPool();
        Mixed_5b = new InceptionA(192, pooled: 32);
        Mixed_5c = new InceptionA(256, pooled: 64);
        Mixed_5d = new InceptionA(288, pooled: 64);
        Mixed_6a = new InceptionB(288);
        Mixed_6b = new InceptionC(768, width: 128);
        Mixed_6c = new InceptionC(768, width: 160);
        Mixed_6d = new InceptionC(768, width: 160);
        Mixed_6e = new InceptionC(768, width: 192);
        AuxLogits = new Auxiliary(768);
        Mixed_7a = new InceptionD(768);
        Mixed_7b = new InceptionE(1280);
        Mixed_7c = new InceptionE(2048);
        avgpool = new GlobalAveragePool();
        dropout = new KeyedDropout(0.5);
        fc = Layer.Linear(FeatureSize, 1000);
        RegisterComponents();
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new(
            new BackboneInfo
            {
                Name = "inception_v3",
                Stages =
                [
                    new Stage("stem", "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"),
                    new Stage("mixed5", "Mixed_5b", "Mixed_5c", "Mixed_5d"),
                    new Stage("mixed6", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "AuxLogits"),
                    new Stage("mixed7", "Mixed_7a", "Mixed_7b", "Mixed_7c"),
                    new Stage("head", "fc"),
                ],
                Head = "fc",
                FeatureSize = FeatureSize,
                Sides = ImageSides.AtLeast(75),
            },
            () => new InceptionV3()),
    ];

    // Sides are those of the paper's images of 299 pixels: layers without padding cost a few at each step.
    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => Conv2d_1a_3x3.call(images).Then(Conv2d_2a_3x3).Then(Conv2d_2b_3x3).Then(maxpool1)      // [N, 3, 299, 299] to [N, 64, 73, 73]
            .Then(Conv2d_3b_1x1).Then(Conv2d_4a_3x3).Then(maxpool2),                                     // to [N, 192, 35, 35]
        maps => Mixed_5b.call(maps).Then(Mixed_5c).Then(Mixed_5d),                                       // to [N, 288, 35, 35]
        maps => Mixed_6a.call(maps).Then(Mixed_6b).Then(Mixed_6c).Then(Mixed_6d).Then(Mixed_6e),         // to [N, 768, 17, 17]
        maps => Mixed_7a.call(maps).Then(Mixed_7b).Then(Mixed_7c).Then(avgpool),                         // to [N, 2048, 8, 8], then [N, 2048]
        features => dropout.call(features).Then(fc),                                                     // to [N, 1000]
    ];

    private static InceptionConvolution Square(long inputs, long outputs, long kernel) => new(Layer.Convolution(inputs, outputs, kernel));

    private static InceptionConvolution Unpadded(long inputs, long outputs, long stride) =>
        new(Layer.Convolution(inputs, outputs, kernel: 3, stride, padding: 0));

    private static InceptionConvolution Oblong(long inputs, long outputs, long height, long width) =>
        new(Layer.Convolution(inputs, outputs, (height, width)));

    private static MaxPool2d HalvingPool() => nn.MaxPool2d(kernel_size: 3, stride: 2);

    private static AvgPool2d SmoothingPool() => nn.AvgPool2d(kernel_size: 3, stride: 1, padding: 1);
}
