using TransferLearning.Importing.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>What gives constants: shapes, ranges, and values that nodes say themselves.</summary>
internal static class ShapeArithmetic
{
    private const long Most = 1 << 24;

    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("Constant", Constant), new ImportedOperator("Shape", Shape), new ImportedOperator("Size", Size),
        new ImportedOperator("ConstantOfShape", ConstantOfShape), new ImportedOperator("Range", Range), new ImportedOperator("Tile", Tile),
    ];

    private static OnnxLayer Constant(OnnxNode node)
    {
        if (node.Says("value_int"))
            return Integers([node.Integer("value_int", 0)], []);
        if (node.IntegerList("value_ints") is { } integers)
            return Integers([.. integers], [integers.Count]);
        if (node.Says("value_float"))
            return Floats([(float)node.Number("value_float", 0)], []);
        if (node.NumberList("value_floats") is { } numbers)
            return Floats([.. numbers.Select(number => (float)number)], [numbers.Count]);
        throw node.Refused("says no value that is supported: value, value_int, value_ints, value_float or value_floats");

        static OnnxLayer Floats(float[] values, long[] shape) => Given(shape, () => tensor(values, shape));
    }

    private static OnnxLayer Shape(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0);
        int start = (int)Math.Clamp(FromEnd(node.Integer("start", 0)), 0, shape.Count);
        int end = (int)Math.Clamp(FromEnd(node.Integer("end", shape.Count)), start, shape.Count);
        return Integers([.. shape.Skip(start).Take(end - start)], [end - start]);

        long FromEnd(long axis) => axis < 0 ? axis + shape.Count : axis;
    }

    private static OnnxLayer Size(OnnxNode node) => Integers([NodeShapes.Count(node, node.Shape(0))], []);

    private static OnnxLayer ConstantOfShape(OnnxNode node)
    {
        long[] shape = [.. node.Integers(0)];
        long[] stored = [.. shape.Select(length => NodeShapes.DependsOnImages(length) ? 1 : length)];       // it stretches over the images
        if (shape.Any(length => length < 0) || NodeShapes.Count(node, stored) > Most)
            throw node.Refused($"gives {NodeShapes.Text(shape)}; at most {Most} values are supported");
        using Tensor? said = node.Values("value");
        if (said is null)
            return Given(shape, () => zeros(stored));
        if (said.numel() != 1)
            throw node.Refused("has several values");
        bool isFloat = said.is_floating_point();
        double number = said.to(ScalarType.Float64).item<double>();
        ScalarType type = isFloat ? ScalarType.Float32 : said.dtype;
        return Given(shape, () => tensor([number]).to(type).expand(stored).clone());
    }

    private static OnnxLayer Range(OnnxNode node)
    {
        IReadOnlyList<long> start = node.Integers(0), limit = node.Integers(1), delta = node.Integers(2);
        if (start is not [var first] || limit is not [var end] || delta is not [not 0 and var step])
            throw node.Refused("must have a start, a limit and a step that is not 0");
        double count = Math.Max(0, Math.Ceiling(((double)end - first) / step));
        if (count > Most || NodeShapes.DependsOnImages(end))
            throw node.Refused($"gives {count} values, or as many as there are images; at most {Most} are supported");
        return Integers([.. Enumerable.Range(0, (int)count).Select(index => first + index * step)], [(long)count]);
    }

    private static OnnxLayer Tile(OnnxNode node)
    {
        IReadOnlyList<long> shape = node.Shape(0), times = node.Integers(1);
        if (times.Count != shape.Count || times.Any(count => count < 1))
            throw node.Refused($"repeats {NodeShapes.Text(shape)} {NodeShapes.Text(times)} times");
        long[] given = [.. shape.Zip(times, (length, count) => NodeShapes.Count(node, [length, count]))];
        long[] stored = [.. times.Select(count => NodeShapes.DependsOnImages(count) ? 1 : count)];
        if (!node.IsStored(0) && times.Any(NodeShapes.DependsOnImages))
            throw node.Refused("repeats for each image what is computed from images");
        return new OnnxLayer(given, [0], _ => new Elementwise("Tile", x => x.repeat(stored), ("repeats", stored)));
    }

    private static OnnxLayer Integers(long[] values, long[] shape) => Given(shape, () => tensor(values, shape));

    private static OnnxLayer Given(long[] shape, Func<Tensor> make) => new(shape, [], _ => new Constants(make));
}
