using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class SamePaddedConvolutionTests
{
    // Ones in, a kernel of ones: each output counts the pixels that lie under the kernel.
    [Theory]
    [InlineData(4, 3, 2, new[] { 3f, 2f })]             // one below: starts at 0, 2 (of 4)
    [InlineData(5, 3, 2, new[] { 2f, 3f, 2f })]         // one above and one below
    [InlineData(4, 5, 2, new[] { 4f, 3f })]             // one above, two below
    [InlineData(4, 3, 1, new[] { 2f, 3f, 3f, 2f })]
    [InlineData(4, 1, 2, new[] { 1f, 1f })]             // a kernel below the stride needs no padding
    public void Forward_OverOnes_CountsThePixelsUnderTheKernel(int size, int kernel, int stride, float[] expected)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var layer = new SamePaddedConvolution(1, 1, kernel, stride);
        layer.weight.fill_(1);

        Tensor output = layer.call(ones(1, 1, size, size));

        Tensor counts = tensor(expected);
        Assert.Equal(counts.outer(counts).data<float>().ToArray(), output.data<float>().ToArray());
    }

    [Fact]
    public void Forward_OverAnOblongImage_PadsEachDirectionByItself()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var layer = new SamePaddedConvolution(1, 1, kernel: 3, stride: 2);
        layer.weight.fill_(1);

        Tensor output = layer.call(ones(1, 1, 4, 5));

        Assert.Equal([1, 1, 2, 3], output.shape);
        Assert.Equal([6f, 9f, 6f, 4f, 6f, 4f], output.data<float>().ToArray());
    }

    [Fact]
    public void Forward_WrongChannels_SaysBoth()
    {
        using var layer = new SamePaddedConvolution(4, 4, kernel: 3);
        using Tensor input = zeros(1, 3, 8, 8);

        var error = Assert.Throws<ArgumentException>(() => layer.call(input));

        Assert.StartsWith("A convolution over 4 channels takes [N, 4, H, W]; the input is [1, 3, 8, 8].", error.Message);
    }
}
