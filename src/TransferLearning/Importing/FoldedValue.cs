using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TransferLearning.Importing.Operators;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>
/// Values that follow from stored ones alone. A few numbers, as shapes are, are computed at once; small tensors once for each source that they are read
/// from; large ones, such as a weight that is turned around, whenever they are read.
/// </summary>
internal static class FoldedValue
{
    private const long MostNumbers = 64;
    private const long MostKept = 1L << 16;
    private const int MostSteps = 64;
    private const int Deepest = 256;

    /// <summary>The number of values, of those for one image.</summary>
    public static long Count(long[] shape) => shape.Aggregate(1L, (product, length) => product * (NodeShapes.DependsOnImages(length) ? 1 : length));

    /// <exception cref="InvalidDataException">It is computed in more steps than anything that a file needs.</exception>
    public static OnnxValue Of(string name, long[] shape, OnnxNode node, OnnxLayer layer, OnnxValue[] arguments, IOnnxTensors tensors)
    {
        long count = Math.Max(Count(shape), arguments.Sum(argument => Count(argument.Shape)));
        if (count <= MostNumbers)
        {
            using Tensor computed = Compute(node, layer, arguments, tensors);
            var kept = new KeptTensor(computed);
            return new OnnxValue(name, shape, _ => kept.Read());
        }

        bool isKept = count <= MostKept;
        int depth = 1 + arguments.Select(argument => argument.Depth).DefaultIfEmpty().Max(), steps = isKept ? 0 : 1 + arguments.Sum(argument => argument.Steps);
        if (depth > Deepest || steps > MostSteps)
            throw node.Refused($"is computed of weights in more than {(steps > MostSteps ? MostSteps : Deepest)} steps");
        var bySource = new ConditionalWeakTable<IOnnxTensors, KeptTensor>();
        return new OnnxValue(name, shape, isKept ? ReadKept : source => Compute(node, layer, arguments, source)) { Depth = depth, Steps = steps };

        Tensor ReadKept(IOnnxTensors source) => bySource.GetValue(source, _ =>
        {
            using Tensor computed = Compute(node, layer, arguments, source);
            return new KeptTensor(computed);
        }).Read();
    }

    private static Tensor Compute(OnnxNode node, OnnxLayer layer, OnnxValue[] arguments, IOnnxTensors tensors)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using nn.Module module = layer.Build!(new OnnxLayerWeights(node, tensors, _ => null, mayOverwrite: false));
        Tensor[] inputs = [.. arguments.Select(argument => argument.Read!(tensors))];
        try
        {
            return LayerCall.Run(module, inputs).MoveToOuterDisposeScope();
        }
        catch (ExternalException failure)
        {
            throw node.Refused($"cannot be computed: {failure.Message.Split('\n')[0]}");
        }
    }
}
