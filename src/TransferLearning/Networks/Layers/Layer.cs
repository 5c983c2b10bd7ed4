using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Makes the layers of the built-in networks with weights of zero; with none at all where weights are sure to follow. Drawing
/// weights that the next step overwrites would take most of a large network's construction time and move the caller's random
/// generator on; even zeros take longer than reading a file does.
/// </summary>
internal static class Layer
{
    [ThreadStatic]
    private static bool _weightsFollow;

    /// <summary>Builds a network whose every parameter is overwritten before anyone looks: what is in them until then is left to chance.</summary>
    public static T WithoutValues<T>(Func<T> build)
    {
        bool before = _weightsFollow;
        _weightsFollow = true;
        try
        {
            return build();
        }
        finally
        {
            _weightsFollow = before;
        }
    }

    /// <summary>A parameter of zeros; without values where weights follow.</summary>
    public static Parameter Zeros(params long[] shape) => new(_weightsFollow ? empty(shape) : zeros(shape));

    /// <summary>A convolution that keeps the size at stride 1, for an odd kernel, where no padding is given.</summary>
    public static Convolution2d Convolution(long inputs, long outputs, long kernel, long stride = 1, long? padding = null, long groups = 1, bool bias = false)
    {
        Convolution2d convolution = WithZeroWeights(new Convolution2d(inputs, outputs, kernel, stride, padding, groups, bias: false, META));
        if (bias)
            convolution.bias = Zeros(outputs);      // TorchSharp, which draws a bias where it makes one, leaves a tensor behind
        return convolution;
    }

    /// <summary>A convolution with an oblong kernel that keeps the size at stride 1, for odd sides.</summary>
    public static Convolution2d Convolution(long inputs, long outputs, (long Height, long Width) kernel, long stride = 1) =>
        WithZeroWeights(new Convolution2d(
            nameof(Convolution2d), inputs, outputs, kernel, stride, (kernel.Height / 2, kernel.Width / 2), groups: 1, bias: false, META));

    /// <summary>A convolution padded as TensorFlow pads.</summary>
    public static SamePaddedConvolution SamePaddedConvolution(long inputs, long outputs, long kernel, long stride = 1, long groups = 1) =>
        WithZeroWeights(new SamePaddedConvolution(inputs, outputs, kernel, stride, groups, META));

    /// <summary>A linear layer.</summary>
    public static LinearLayer Linear(long inputs, long outputs, bool bias = true) =>
        new(Zeros(outputs, inputs), bias ? Zeros(outputs) : null);

    /// <summary>Convolution, batch norm and, where there is one, an activation; keys "0", "1" and "2".</summary>
    public static Chain ConvolutionNorm(
        long inputs, long outputs, long kernel, long stride = 1, long groups = 1, double epsilon = 1e-5, double momentum = 0.1,
        nn.Module<Tensor, Tensor>? activation = null)
    {
        Convolution2d convolution = Convolution(inputs, outputs, kernel, stride, groups: groups);
        return new Chain(convolution, new BatchNormalization(convolution, epsilon, momentum), activation);
    }

    /// <summary>A convolution and its batch norm under keys of their own.</summary>
    public static IEnumerable<(string Key, nn.Module<Tensor, Tensor>? Link)> Normalized(
        string key, string normKey, Convolution2d convolution, double epsilon = 1e-5) =>
        [(key, convolution), (normKey, new BatchNormalization(convolution, epsilon))];

    /// <summary>The blocks of a stage, each made from its channels in and its stride: the first has the stage's, the others keep channels and size.</summary>
    public static IEnumerable<nn.Module<Tensor, Tensor>> Blocks(
        int depth, long inputs, long outputs, long stride, Func<long, long, nn.Module<Tensor, Tensor>> block) =>
        Enumerable.Range(0, depth).Select(index => index == 0 ? block(inputs, stride) : block(outputs, 1));

    /// <summary>The blocks of stage after stage, each made from its stage, its channels in and its stride.</summary>
    public static IEnumerable<IEnumerable<nn.Module<Tensor, Tensor>>> Stages(
        long inputs, IEnumerable<StageOfBlocks> stages, Func<StageOfBlocks, long, long, nn.Module<Tensor, Tensor>> block)
    {
        foreach (StageOfBlocks stage in stages)
        {
            yield return [.. Blocks(stage.Depth, inputs, stage.Channels, stage.Stride, (from, step) => block(stage, from, step))];
            inputs = stage.Channels;
        }
    }

    /// <summary>Whether a block leaves the size as it is.</summary>
    public static bool KeepsSize(long inputs, long outputs, long stride) => inputs == outputs && stride == 1;

    /// <summary>What a block's input goes through to be added to its output: nothing if their sizes are equal, else a convolution with a kernel of 1.</summary>
    public static nn.Module<Tensor, Tensor> Projection(long inputs, long outputs, long stride) =>
        KeepsSize(inputs, outputs, stride) ? nn.Identity() : ConvolutionNorm(inputs, outputs, kernel: 1, stride);

    /// <summary>
    /// The rectifier, in place: safe behind a batch norm or an addition, because neither keeps its output for the backward
    /// pass and the rectifier's own derivative needs only its result.
    /// </summary>
    public static ReLU Relu() => nn.ReLU(inplace: true);

    /// <summary>The rectifier capped at 6, in place; see <see cref="Relu"/>.</summary>
    public static ReLU6 Relu6() => nn.ReLU6(inplace: true);

    private static T WithZeroWeights<T>(T layer) where T : Convolution
    {
        layer.weight = Zeros(layer.weight.shape);
        return layer;
    }
}

/// <summary>
/// A line of the tables in which papers list inverted residuals: how much a block widens its input, its channels out, how many blocks there
/// are, the first one's stride, the filter's side, and whether widening and filtering are one convolution.
/// </summary>
internal sealed record StageOfBlocks(int Expansion, int Channels, int Depth, int Stride, int Kernel = 3, bool IsFused = false)
{
    /// <summary>The stage in a network of another width and depth.</summary>
    public StageOfBlocks Scaled(double width, double depth = 1) =>
        this with { Channels = ChannelCount.NearestMultiple(Channels * width), Depth = (int)Math.Ceiling(Depth * depth) };
}
