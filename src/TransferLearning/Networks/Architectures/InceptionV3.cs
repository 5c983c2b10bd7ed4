using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// Inception v3: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception Architecture for Computer Vision", 2015
/// (table 1, with the batch-normalised auxiliary head of section 4). That head takes no part in the forward pass: its weights are
/// loaded, kept and saved, and the loss of the main head trains the rest. Field names are torchvision's keys.
/// </summary>
internal sealed class InceptionV3() : StagedNetwork(nameof(InceptionV3))
{
    private const int FeatureSize = 2048;

    private readonly InceptionConvolution
        Conv2d_1a_3x3 = Unpadded(3, 32, stride: 2), Conv2d_2a_3x3 = Unpadded(32, 32, stride: 1),
        Conv2d_2b_3x3 = Square(32, 64, kernel: 3), Conv2d_3b_1x1 = Square(64, 80, kernel: 1),
        Conv2d_4a_3x3 = Unpadded(80, 192, stride: 1);
    private readonly MaxPool2d maxpool1 = HalvingPool(), maxpool2 = HalvingPool();
    private readonly InceptionA Mixed_5b = new(192, pooled: 32), Mixed_5c = new(256, pooled: 64), Mixed_5d = new(288, pooled: 64);
    private readonly InceptionB Mixed_6a = new(288);
    private readonly InceptionC
        Mixed_6b = new(768, width: 128), Mixed_6c = new(768, width: 160), Mixed_6d = new(768, width: 160),
        Mixed_6e = new(768, width: 192);
    private readonly Auxiliary AuxLogits = new(768);
    private readonly InceptionD Mixed_7a = new(768);
    private readonly InceptionE Mixed_7b = new(1280), Mixed_7c = new(2048);
    private readonly GlobalAveragePool avgpool = new();
    private readonly KeyedDropout dropout = new(0.5);
    private readonly LinearLayer fc = Layer.Linear(FeatureSize, 1000);

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new("inception_v3",
            [
                new("stem", "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"),
                new("mixed5", "Mixed_5b", "Mixed_5c", "Mixed_5d"),
                new("mixed6", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "AuxLogits"),
                new("mixed7", "Mixed_7a", "Mixed_7b", "Mixed_7c"),
            ],
            head: "fc", FeatureSize, () => new InceptionV3(), ImageSides.AtLeast(75)),
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

    /// <summary>Figure 5, with the 5x5 kernel of figure 4 in one of the branches: views of several kernels side by side.</summary>
    private sealed class InceptionA(long inputs, long pooled) : Composite(nameof(InceptionA))
    {
        private readonly InceptionConvolution
            branch1x1 = Square(inputs, 64, kernel: 1),
            branch5x5_1 = Square(inputs, 48, kernel: 1), branch5x5_2 = Square(48, 64, kernel: 5),
            branch3x3dbl_1 = Square(inputs, 64, kernel: 1),
            branch3x3dbl_2 = Square(64, 96, kernel: 3), branch3x3dbl_3 = Square(96, 96, kernel: 3),
            branch_pool = Square(inputs, pooled, kernel: 1);
        private readonly AvgPool2d pool = SmoothingPool();
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch1x1.call(input),
            branch5x5_1.call(input).Then(branch5x5_2),
            branch3x3dbl_1.call(input).Then(branch3x3dbl_2).Then(branch3x3dbl_3),
            pool.call(input).Then(branch_pool));
    }

    /// <summary>Figure 10: half the side and more channels, from 35 to 17.</summary>
    private sealed class InceptionB(long inputs) : Composite(nameof(InceptionB))
    {
        private readonly InceptionConvolution
            branch3x3 = Unpadded(inputs, 384, stride: 2),
            branch3x3dbl_1 = Square(inputs, 64, kernel: 1),
            branch3x3dbl_2 = Square(64, 96, kernel: 3), branch3x3dbl_3 = Unpadded(96, 96, stride: 2);
        private readonly MaxPool2d pool = HalvingPool();
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch3x3.call(input),
            branch3x3dbl_1.call(input).Then(branch3x3dbl_2).Then(branch3x3dbl_3),
            pool.call(input));
    }

    /// <summary>Figure 6: kernels of 7 as rows and columns one after another.</summary>
    private sealed class InceptionC(long inputs, long width) : Composite(nameof(InceptionC))
    {
        private readonly InceptionConvolution
            branch1x1 = Square(inputs, 192, kernel: 1),
            branch7x7_1 = Square(inputs, width, kernel: 1),
            branch7x7_2 = Oblong(width, width, 1, 7), branch7x7_3 = Oblong(width, 192, 7, 1),
            branch7x7dbl_1 = Square(inputs, width, kernel: 1),
            branch7x7dbl_2 = Oblong(width, width, 7, 1), branch7x7dbl_3 = Oblong(width, width, 1, 7),
            branch7x7dbl_4 = Oblong(width, width, 7, 1), branch7x7dbl_5 = Oblong(width, 192, 1, 7),
            branch_pool = Square(inputs, 192, kernel: 1);
        private readonly AvgPool2d pool = SmoothingPool();
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch1x1.call(input),
            branch7x7_1.call(input).Then(branch7x7_2).Then(branch7x7_3),
            branch7x7dbl_1.call(input).Then(branch7x7dbl_2).Then(branch7x7dbl_3).Then(branch7x7dbl_4).Then(branch7x7dbl_5),
            pool.call(input).Then(branch_pool));
    }

    /// <summary>Half the side and more channels, from 17 to 8.</summary>
    private sealed class InceptionD(long inputs) : Composite(nameof(InceptionD))
    {
        private readonly InceptionConvolution
            branch3x3_1 = Square(inputs, 192, kernel: 1), branch3x3_2 = Unpadded(192, 320, stride: 2),
            branch7x7x3_1 = Square(inputs, 192, kernel: 1), branch7x7x3_2 = Oblong(192, 192, 1, 7),
            branch7x7x3_3 = Oblong(192, 192, 7, 1), branch7x7x3_4 = Unpadded(192, 192, stride: 2);
        private readonly MaxPool2d pool = HalvingPool();
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch3x3_1.call(input).Then(branch3x3_2),
            branch7x7x3_1.call(input).Then(branch7x7x3_2).Then(branch7x7x3_3).Then(branch7x7x3_4),
            pool.call(input));
    }

    /// <summary>Figure 7: kernels of 3 as a row and a column beside each other.</summary>
    private sealed class InceptionE(long inputs) : Composite(nameof(InceptionE))
    {
        private readonly InceptionConvolution
            branch1x1 = Square(inputs, 320, kernel: 1),
            branch3x3_1 = Square(inputs, 384, kernel: 1),
            branch3x3_2a = Oblong(384, 384, 1, 3), branch3x3_2b = Oblong(384, 384, 3, 1),
            branch3x3dbl_1 = Square(inputs, 448, kernel: 1), branch3x3dbl_2 = Square(448, 384, kernel: 3),
            branch3x3dbl_3a = Oblong(384, 384, 1, 3), branch3x3dbl_3b = Oblong(384, 384, 3, 1),
            branch_pool = Square(inputs, 192, kernel: 1);
        private readonly AvgPool2d pool = SmoothingPool();
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor single = branch3x3_1.call(input);
            using Tensor twofold = branch3x3dbl_1.call(input).Then(branch3x3dbl_2);
            return concatenate.Join(
                branch1x1.call(input),
                branch3x3_2a.call(single), branch3x3_2b.call(single),
                branch3x3dbl_3a.call(twofold), branch3x3dbl_3b.call(twofold),
                pool.call(input).Then(branch_pool));
        }
    }

    /// <summary>Over the pooled maps of 17: two convolutions and a linear layer.</summary>
    private sealed class Auxiliary(long inputs) : AuxiliaryHead(nameof(Auxiliary))
    {
        private readonly InceptionConvolution
            conv0 = Square(inputs, 128, kernel: 1),
            conv1 = new(Layer.Convolution(128, 768, kernel: 5, padding: 0));
        private readonly LinearLayer fc = Layer.Linear(768, 1000);
    }
}
