using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>ResNet-18 as one would write it on TorchSharp alone, after torchvision; field names are torchvision's keys.</summary>
internal sealed class BareResNet18 : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1 = nn.Conv2d(3, 64, kernel_size: 7, stride: 2, padding: 3, bias: false);
    private readonly BatchNorm2d bn1 = nn.BatchNorm2d(64);
    private readonly ReLU relu = nn.ReLU(inplace: true);
    private readonly MaxPool2d maxpool = nn.MaxPool2d(kernel_size: 3, stride: 2, padding: 1);
    private readonly Sequential layer1 = Blocks(64, 64, stride: 1);
    private readonly Sequential layer2 = Blocks(64, 128, stride: 2);
    private readonly Sequential layer3 = Blocks(128, 256, stride: 2);
    private readonly Sequential layer4 = Blocks(256, 512, stride: 2);
    private readonly AdaptiveAvgPool2d avgpool = nn.AdaptiveAvgPool2d([1, 1]);
    private readonly Linear fc;

    public BareResNet18(long classes) : base(nameof(BareResNet18))
    {
        fc = nn.Linear(512, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor maps = maxpool.forward(relu.forward(bn1.forward(conv1.forward(input))));
        maps = layer4.forward(layer3.forward(layer2.forward(layer1.forward(maps))));
        return fc.forward(avgpool.forward(maps).flatten(1)).MoveToOuterDisposeScope();
    }

    private static Sequential Blocks(long inputs, long width, long stride) =>
        nn.Sequential(("0", new BasicBlock(inputs, width, stride)), ("1", new BasicBlock(width, width, stride: 1)));

    private sealed class BasicBlock : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1, conv2;
        private readonly BatchNorm2d bn1, bn2;
        private readonly ReLU relu = nn.ReLU(inplace: true);
        private readonly Sequential? downsample;

        public BasicBlock(long inputs, long width, long stride) : base(nameof(BasicBlock))
        {
            conv1 = nn.Conv2d(inputs, width, kernel_size: 3, stride: stride, padding: 1, bias: false);
            bn1 = nn.BatchNorm2d(width);
            conv2 = nn.Conv2d(width, width, kernel_size: 3, padding: 1, bias: false);
            bn2 = nn.BatchNorm2d(width);
            if (stride != 1)
                downsample = nn.Sequential(("0", nn.Conv2d(inputs, width, kernel_size: 1, stride: stride, bias: false)), ("1", nn.BatchNorm2d(width)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor shortcut = downsample?.forward(input) ?? input;
            Tensor output = bn2.forward(conv2.forward(relu.forward(bn1.forward(conv1.forward(input)))));
            output += shortcut;
            return relu.forward(output).MoveToOuterDisposeScope();
        }
    }
}
