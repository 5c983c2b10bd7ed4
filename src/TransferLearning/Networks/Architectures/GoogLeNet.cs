using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// GoogLeNet: Szegedy et al., "Going Deeper with Convolutions", 2014 (table 1), with batch norms, and with kernels of 3 where the paper
/// has 5: the published weights were trained so. The two auxiliary heads take no part in the forward pass: their weights are loaded,
/// kept and saved, and the loss of the main head trains the rest. Field names are torchvision's keys.
/// </summary>
internal sealed class GoogLeNet() : StagedNetwork(nameof(GoogLeNet))
{
    private const int FeatureSize = 1024;

    private readonly InceptionConvolution
        conv1 = Convolution(3, 64, kernel: 7, stride: 2),
        conv2 = Convolution(64, 64, kernel: 1),
        conv3 = Convolution(64, 192, kernel: 3);
    private readonly MaxPool2d maxpool1 = Pool(kernel: 3), maxpool2 = Pool(kernel: 3), maxpool3 = Pool(kernel: 3), maxpool4 = Pool(kernel: 2);
    private readonly Inception
        inception3a = new(192, 64, (96, 128), (16, 32), 32),
        inception3b = new(256, 128, (128, 192), (32, 96), 64),
        inception4a = new(480, 192, (96, 208), (16, 48), 64),
        inception4b = new(512, 160, (112, 224), (24, 64), 64),
        inception4c = new(512, 128, (128, 256), (24, 64), 64),
        inception4d = new(512, 112, (144, 288), (32, 64), 64),
        inception4e = new(528, 256, (160, 320), (32, 128), 128),
        inception5a = new(832, 256, (160, 320), (32, 128), 128),
        inception5b = new(832, 384, (192, 384), (48, 128), 128);
    private readonly Auxiliary aux1 = new(512), aux2 = new(528);
    private readonly GlobalAveragePool avgpool = new();
    private readonly KeyedDropout dropout = new(0.2);
    private readonly LinearLayer fc = Layer.Linear(FeatureSize, 1000);

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new("googlenet",
            [
                new("stem", "conv1", "conv2", "conv3"),
                new("inception3", "inception3a", "inception3b"),
                new("inception4", "inception4a", "inception4b", "inception4c", "inception4d", "inception4e"),
                new("inception5", "inception5a", "inception5b", "aux1", "aux2"),
            ],
            head: "fc", FeatureSize, () => new GoogLeNet(), ImageSides.AtLeast(15)),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => conv1.call(images).Then(maxpool1).Then(conv2).Then(conv3).Then(maxpool2),       // [N, 3, H, W] to [N, 192, H/8, W/8]
        maps => inception3a.call(maps).Then(inception3b).Then(maxpool3),                          // to [N, 480, H/16, W/16]
        maps => inception4a.call(maps).Then(inception4b).Then(inception4c).Then(inception4d)
            .Then(inception4e).Then(maxpool4),                                                    // to [N, 832, H/32, W/32]
        maps => inception5a.call(maps).Then(inception5b).Then(avgpool),                           // to [N, 1024]
        features => dropout.call(features).Then(fc),                                              // to [N, 1000]
    ];

    private static InceptionConvolution Convolution(long inputs, long outputs, long kernel, long stride = 1) =>
        new(Layer.Convolution(inputs, outputs, kernel, stride));

    private static MaxPool2d Pool(long kernel) => nn.MaxPool2d(kernel, stride: 2, ceil_mode: true);

    /// <summary>Figure 2b: four views of the same maps side by side; three are narrowed first, by a kernel of 1, the last one after pooling.</summary>
    private sealed class Inception(long inputs, long first, (long Narrow, long Outputs) second, (long Narrow, long Outputs) third, long pooled)
        : Composite(nameof(Inception))
    {
        private readonly InceptionConvolution branch1 = Convolution(inputs, first, kernel: 1);
        private readonly Chain
            branch2 = new(Convolution(inputs, second.Narrow, kernel: 1), Convolution(second.Narrow, second.Outputs, kernel: 3)),
            branch3 = new(Convolution(inputs, third.Narrow, kernel: 1), Convolution(third.Narrow, third.Outputs, kernel: 3)),
            branch4 = new(nn.MaxPool2d(kernel_size: 3, stride: 1, padding: 1, ceil_mode: true), Convolution(inputs, pooled, kernel: 1));
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input) =>
            concatenate.Join(branch1.call(input), branch2.call(input), branch3.call(input), branch4.call(input));
    }

    /// <summary>Over 4x4 pooled maps of the fourth stage: a convolution and two linear layers.</summary>
    private sealed class Auxiliary(long inputs) : AuxiliaryHead(nameof(Auxiliary))
    {
        private readonly InceptionConvolution conv = Convolution(inputs, 128, kernel: 1);
        private readonly LinearLayer fc1 = Layer.Linear(128 * 4 * 4, 1024), fc2 = Layer.Linear(1024, 1000);
    }
}
