using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

internal sealed partial class InceptionV3
{
    /// <summary>Figure 5, with the 5x5 kernel of figure 4 in one of the branches: views of several kernels side by side.</summary>
    private sealed class InceptionA : nn.Module<Tensor, Tensor>
    {
        private readonly InceptionConvolution branch1x1, branch5x5_1, branch5x5_2;
        private readonly InceptionConvolution branch3x3dbl_1, branch3x3dbl_2, branch3x3dbl_3;
        private readonly AvgPool2d pool;
        private readonly InceptionConvolution branch_pool;
        private readonly Concatenation concatenate = new();

        public InceptionA(long inputs, long pooled) : base(nameof(InceptionA))
        {
            branch1x1 = Square(inputs, 64, kernel: 1);
            branch5x5_1 = Square(inputs, 48, kernel: 1);
            branch5x5_2 = Square(48, 64, kernel: 5);
            branch3x3dbl_1 = Square(inputs, 64, kernel: 1);
            branch3x3dbl_2 = Square(64, 96, kernel: 3);
            branch3x3dbl_3 = Square(96, 96, kernel: 3);
            pool = SmoothingPool();
            branch_pool = Square(inputs, pooled, kernel: 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch1x1.call(input),
            branch5x5_1.call(input).Then(branch5x5_2),
            branch3x3dbl_1.call(input).Then(branch3x3dbl_2).Then(branch3x3dbl_3),
            pool.call(input).Then(branch_pool));
    }

    /// <summary>Figure 10: half the side and more channels, from 35 to 17.</summary>
    private sealed class InceptionB : nn.Module<Tensor, Tensor>
    {
        private readonly InceptionConvolution branch3x3, branch3x3dbl_1, branch3x3dbl_2, branch3x3dbl_3;
        private readonly MaxPool2d pool;
        private readonly Concatenation concatenate = new();

        public InceptionB(long inputs) : base(nameof(InceptionB))
        {
            branch3x3 = Unpadded(inputs, 384, stride: 2);
            branch3x3dbl_1 = Square(inputs, 64, kernel: 1);
            branch3x3dbl_2 = Square(64, 96, kernel: 3);
            branch3x3dbl_3 = Unpadded(96, 96, stride: 2);
            pool = HalvingPool();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch3x3.call(input),
            branch3x3dbl_1.call(input).Then(branch3x3dbl_2).Then(branch3x3dbl_3),
            pool.call(input));
    }

    /// <summary>Figure 6: kernels of 7 as rows and columns one after another.</summary>
    private sealed class InceptionC : nn.Module<Tensor, Tensor>
    {
        private readonly InceptionConvolution branch1x1, branch7x7_1, branch7x7_2, branch7x7_3;
        private readonly InceptionConvolution branch7x7dbl_1, branch7x7dbl_2, branch7x7dbl_3, branch7x7dbl_4, branch7x7dbl_5;
        private readonly AvgPool2d pool;
        private readonly InceptionConvolution branch_pool;
        private readonly Concatenation concatenate = new();

        public InceptionC(long inputs, long width) : base(nameof(InceptionC))
        {
            branch1x1 = Square(inputs, 192, kernel: 1);
            branch7x7_1 = Square(inputs, width, kernel: 1);
            branch7x7_2 = Oblong(width, width, 1, 7);
            branch7x7_3 = Oblong(width, 192, 7, 1);
            branch7x7dbl_1 = Square(inputs, width, kernel: 1);
            branch7x7dbl_2 = Oblong(width, width, 7, 1);
            branch7x7dbl_3 = Oblong(width, width, 1, 7);
            branch7x7dbl_4 = Oblong(width, width, 7, 1);
            branch7x7dbl_5 = Oblong(width, 192, 1, 7);
            pool = SmoothingPool();
            branch_pool = Square(inputs, 192, kernel: 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch1x1.call(input),
            branch7x7_1.call(input).Then(branch7x7_2).Then(branch7x7_3),
            branch7x7dbl_1.call(input).Then(branch7x7dbl_2).Then(branch7x7dbl_3).Then(branch7x7dbl_4).Then(branch7x7dbl_5),
            pool.call(input).Then(branch_pool));
    }

    /// <summary>Half the side and more channels, from 17 to 8.</summary>
    private sealed class InceptionD : nn.Module<Tensor, Tensor>
    {
        private readonly InceptionConvolution branch3x3_1, branch3x3_2, branch7x7x3_1, branch7x7x3_2, branch7x7x3_3, branch7x7x3_4;
        private readonly MaxPool2d pool;
        private readonly Concatenation concatenate = new();

        public InceptionD(long inputs) : base(nameof(InceptionD))
        {
            branch3x3_1 = Square(inputs, 192, kernel: 1);
            branch3x3_2 = Unpadded(192, 320, stride: 2);
            branch7x7x3_1 = Square(inputs, 192, kernel: 1);
            branch7x7x3_2 = Oblong(192, 192, 1, 7);
            branch7x7x3_3 = Oblong(192, 192, 7, 1);
            branch7x7x3_4 = Unpadded(192, 192, stride: 2);
            pool = HalvingPool();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => concatenate.Join(
            branch3x3_1.call(input).Then(branch3x3_2),
            branch7x7x3_1.call(input).Then(branch7x7x3_2).Then(branch7x7x3_3).Then(branch7x7x3_4),
            pool.call(input));
    }

    /// <summary>Figure 7: kernels of 3 as a row and a column beside each other.</summary>
    private sealed class InceptionE : nn.Module<Tensor, Tensor>
    {
        private readonly InceptionConvolution branch1x1, branch3x3_1, branch3x3_2a, branch3x3_2b;
        private readonly InceptionConvolution branch3x3dbl_1, branch3x3dbl_2, branch3x3dbl_3a, branch3x3dbl_3b;
        private readonly AvgPool2d pool;
        private readonly InceptionConvolution branch_pool;
        private readonly Concatenation concatenate = new();

        public InceptionE(long inputs) : base(nameof(InceptionE))
        {
            branch1x1 = Square(inputs, 320, kernel: 1);
            branch3x3_1 = Square(inputs, 384, kernel: 1);
            branch3x3_2a = Oblong(384, 384, 1, 3);
            branch3x3_2b = Oblong(384, 384, 3, 1);
            branch3x3dbl_1 = Square(inputs, 448, kernel: 1);
            branch3x3dbl_2 = Square(448, 384, kernel: 3);
            branch3x3dbl_3a = Oblong(384, 384, 1, 3);
            branch3x3dbl_3b = Oblong(384, 384, 3, 1);
            pool = SmoothingPool();
            branch_pool = Square(inputs, 192, kernel: 1);
            RegisterComponents();
        }

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
    private sealed class Auxiliary : AuxiliaryHead
    {
        private readonly InceptionConvolution conv0, conv1;
        private readonly LinearLayer fc;

        public Auxiliary(long inputs) : base(nameof(Auxiliary))
        {
            conv0 = Square(inputs, 128, kernel: 1);
            conv1 = new InceptionConvolution(Layer.Convolution(128, 768, kernel: 5, padding: 0));
            fc = Layer.Linear(768, 1000);
            RegisterComponents();
        }
    }
}
