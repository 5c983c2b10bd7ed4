using TorchSharp.Modules;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Recipes;

/// <summary>ResNet-20 for CIFAR-10 (He et al., 2015, section 4.2), with shortcuts that pad channels: a network that has never seen ImageNet.</summary>
internal sealed class CifarResNet : StagedNetwork
{
    internal readonly Convolution2d conv1 = new(3, 16, kernel: 3);
    internal readonly BatchNormalization bn1;
    internal readonly Sequential layer1, layer2, layer3;
    internal readonly Linear linear = nn.Linear(64, 10);

    public CifarResNet()
        : base(nameof(CifarResNet))
    {
        bn1 = new BatchNormalization(after: conv1);
        layer1 = Blocks(16, 16, stride: 1);
        layer2 = Blocks(16, 32, stride: 2);
        layer3 = Blocks(32, 64, stride: 2);
        RegisterComponents();
    }

    public static PretrainedBackbone Open(string weights) => Pretrained.From(() => new CifarResNet(), new BackboneInfo
    {
        Name = "cifar_resnet20",
        Stages =
        [
            new Stage("stem", "conv1", "bn1"), new Stage("layer1", "layer1"), new Stage("layer2", "layer2"), new Stage("layer3", "layer3"),
            new Stage("head", "linear"),
        ],
        Head = "linear",
        FeatureSize = 64,
        Preprocessing = new Preprocessing { ResizeTo = 32, CropTo = 32, Interpolation = Interpolation.Bilinear },
    }).WithWeights(weights);

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => bn1.call(conv1.call(images)).relu(),
        layer1.call,
        layer2.call,
        maps => layer3.call(maps).to(ScalarType.Float32).mean([2, 3]),
        linear.call,
    ];

    private static Sequential Blocks(int inputs, int width, int stride) => nn.Sequential(
        ("0", new Block(inputs, width, stride)), ("1", new Block(width, width, 1)), ("2", new Block(width, width, 1)));

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        internal readonly Convolution2d conv1, conv2; // not private, so that their names can be their keys
        internal readonly BatchNormalization bn1, bn2;
        private readonly int _added, _stride;

        public Block(int inputs, int width, int stride)
            : base(nameof(Block))
        {
            (_added, _stride) = (width - inputs, stride);
            conv1 = new Convolution2d(inputs, width, kernel: 3, stride);
            bn1 = new BatchNormalization(after: conv1);
            conv2 = new Convolution2d(width, width, kernel: 3);
            bn2 = new BatchNormalization(after: conv2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor shortcut = _added == 0
                ? input
                : nn.functional.pad(
                    input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: _stride), TensorIndex.Slice(step: _stride)],
                    [0, 0, 0, 0, _added / 2, _added / 2]);
            return (bn2.call(conv2.call(bn1.call(conv1.call(input)).relu())) + shortcut).relu();
        }
    }
}
