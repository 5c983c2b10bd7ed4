using TransferLearning.Imaging;
using TransferLearning.Transforms;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Exporting;

/// <summary>The preprocessing of a network as nodes: from pixels, uint8 [N, H, W, 3] of any size, to float32 [N, 3, side, side].</summary>
internal static class OnnxPreprocessing
{
    private const long Rows = 2, Columns = 3;

    public static string Write(OnnxGraphBuilder graph, Preprocessing preprocessing, string images)
    {
        string size = graph.Add("Shape", [images], ("start", 1L), ("end", 3L));
        string resizedTo = ResizedTo(graph, size, preprocessing.ResizeTo);
        string cropped = Crop(graph, Resize(graph, ChannelsFirst(graph, images), resizedTo, preprocessing.Interpolation), resizedTo, preprocessing);
        string scaled = graph.Add("Div", [graph.Add("Cast", [cropped], ("to", (long)DataType.Float)), graph.Number(255)]);
        (Rgb mean, Rgb deviation) = preprocessing.Statistics;
        return graph.Add("Div", [graph.Add("Sub", [scaled, PerChannel(graph, mean)]), PerChannel(graph, deviation)]);
    }

    // By no Transpose: ONNX Runtime would move one behind the resize, whose axes it then takes for others.
    private static string ChannelsFirst(OnnxGraphBuilder graph, string images)
    {
        IEnumerable<string> channels = Enumerable.Range(0, PixelBuffer.Channels)
            .Select(channel => graph.Add("Unsqueeze", [graph.Add("Gather", [images, graph.Integer(channel)], ("axis", 3L)), graph.Integers(1)]));
        return graph.Add("Concat", [.. channels], ("axis", 1L));
    }

    // torchvision's rule, side * longer / shorter rounded down, where ONNX's own keeping of the aspect ratio rounds to the nearest.
    private static string ResizedTo(OnnxGraphBuilder graph, string size, int side)
    {
        string shorter = graph.Add("ReduceMin", [size, graph.Integers(0)], ("keepdims", 1L));
        return graph.Add("Div", [graph.Add("Mul", [size, graph.Integers(side)]), shorter]);
    }

    // Pillow's filters: they widen with the reduction, and at the edges share out the weight of what lies outside.
    private static string Resize(OnnxGraphBuilder graph, string pixels, string size, Interpolation interpolation)
    {
        bool cubic = interpolation == Interpolation.Bicubic;
        return graph.Add(
            "Resize", [pixels, "", "", size],
            [
                ("mode", cubic ? "cubic" : "linear"), ("antialias", 1L), ("axes", (long[])[Rows, Columns]),
                ("coordinate_transformation_mode", "half_pixel"), ("exclude_outside", 1L),
                .. cubic ? [("cubic_coeff_a", -0.5)] : Array.Empty<(string, object)>(),
            ]);
    }

    private static string Crop(OnnxGraphBuilder graph, string pixels, string size, Preprocessing preprocessing)
    {
        string crop = graph.Integers(preprocessing.CropTo, preprocessing.CropTo), zero = graph.Integers(0, 0);
        if (preprocessing.CropTo > preprocessing.ResizeTo)
        {
            string missing = graph.Add("Max", [graph.Add("Sub", [crop, size]), zero]);
            string before = graph.Add("Div", [missing, graph.Integers(2)]);
            string pads = graph.Add("Concat", [zero, before, zero, graph.Add("Sub", [missing, before])], ("axis", 0L));
            pixels = graph.Add("Pad", [pixels, pads]);
        }
        // Half of what is too much, rounded half to even, as Round does.
        string excess = graph.Add("Cast", [graph.Add("Max", [graph.Add("Sub", [size, crop]), zero])], ("to", (long)DataType.Float));
        string half = graph.Add("Round", [graph.Add("Mul", [excess, graph.Number(0.5)])]);
        string start = graph.Add("Cast", [half], ("to", (long)DataType.Int64));
        return graph.Add("Slice", [pixels, start, graph.Add("Add", [start, crop]), graph.Integers(Rows, Columns)]);
    }

    private static string PerChannel(OnnxGraphBuilder graph, Rgb color) => graph.Constant([color.Red, color.Green, color.Blue], 1, 3, 1, 1);
}
