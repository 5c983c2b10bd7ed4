using System.Security.Cryptography;
using TransferLearning.Formats.Onnx;
using TransferLearning.Importing.Operators;
using TransferLearning.Internal;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A network of an ONNX graph: its metadata, and how to build it.</summary>
/// <param name="Info">The metadata.</param>
/// <param name="Build">Builds the network; the caller owns it.</param>
internal sealed record OnnxImport(BackboneInfo Info, Func<nn.Module<Tensor, Tensor>> Build)
{
    private const long MostOfHead = 1 << 24;
    private const int DefaultSide = 224;
    private const double ResizePerCrop = 256.0 / 224;
    private static readonly int[] _morePixels = [1, 2, 4, 8, 16, 32];

    /// <summary>A file's network, named after the file and its content.</summary>
    /// <exception cref="InvalidDataException">The file is not valid, or has what is not supported.</exception>
    public static OnnxImport FromFile(string path, OnnxImportOptions options)
    {
        using OnnxModel model = OnnxFile.Read(path);
        return model.Check(() =>
        {
            var graph = new OnnxGraph(model.Proto, [.. options.Operators, .. ImportedOperators.BuiltIn], options.Output);
            var metadata = model.Proto.MetadataProps.ToLookup(entry => entry.Key, entry => entry.Value);
            var layout = ImageLayout.Of(graph.Input, options.TakesBgr ?? metadata["Image.BitmapPixelFormat"].FirstOrDefault() is "Bgr8");
            Preprocessing preprocessing = options.Preprocessing ?? Exported(metadata["transferlearning.model"].FirstOrDefault(), path)
                ?? Preprocess(layout, metadata["Image.NominalPixelRange"].FirstOrDefault());
            int side = layout.Side ?? preprocessing.CropTo;
            (OnnxPlan plan, OnnxStages stages, ImageSides sides) = Plan(graph, new FileTensors(model), layout, side);
            if (!sides.Allow(preprocessing.CropTo, preprocessing.CropTo))
                throw new InvalidDataException($"it takes images of {sides}, and the preprocessing gives {preprocessing.CropTo} x {preprocessing.CropTo}");

            BackboneInfo info = Describe(stages, layout, sides) with
            {
                Name = $"{Path.GetFileNameWithoutExtension(path)}-{HashOf(path)}",
                Preprocessing = preprocessing,
                Description = OnnxDescription.Of(model, graph, plan, layout, side),
            };
            return new OnnxImport(info, BuildFromFile);

            nn.Module<Tensor, Tensor> BuildFromFile()
            {
                using OnnxModel again = OnnxFile.Read(path);
                return again.Check(() => new OnnxNetwork(stages, layout, new FileTensors(again)));
            }
        });
    }

    /// <summary>The network that a description is of, with weights of zero.</summary>
    /// <param name="description">What <see cref="FromFile"/> made.</param>
    /// <param name="operators">Operators besides the built-in ones.</param>
    /// <param name="mostValues">How many values the weights have that will be filled in.</param>
    /// <exception cref="InvalidDataException">The description is not valid.</exception>
    public static OnnxImport FromDescription(NetworkDescription description, IReadOnlyList<IOnnxOperator> operators, long mostValues)
    {
        OnnxImport import = OnnxDescription.Check(() => Open(description, operators, mostValues));
        return import with { Build = () => OnnxDescription.Check(import.Build) };
    }

    private static OnnxImport Open(NetworkDescription description, IReadOnlyList<IOnnxOperator> operators, long mostValues)
    {
        OnnxDescription read = OnnxDescription.Read(description);
        using OnnxModel model = read.Model;
        mostValues = 2 * mostValues + MostOfHead;       // the head may have had more outputs than it has now
        var graph = new OnnxGraph(read.Model.Proto, [.. operators, .. ImportedOperators.BuiltIn], output: null);
        ImageLayout layout = ImageLayout.Of(graph.Input, read.IsBgr);
        (_, OnnxStages stages, ImageSides sides) = Plan(graph, new DescribedTensors(read.Model, mostValues, isPlan: true), layout, read.Side);
        BackboneInfo info = Describe(stages, layout, sides) with { Preprocessing = new Preprocessing { CropTo = read.Side }, Description = description };
        return new OnnxImport(info, BuildAnew);

        nn.Module<Tensor, Tensor> BuildAnew()
        {
            using OnnxModel again = OnnxDescription.Read(description).Model;     // open for this thread alone
            return new OnnxNetwork(stages, layout, new DescribedTensors(again, mostValues, isPlan: false));
        }
    }

    private static (OnnxPlan, OnnxStages, ImageSides) Plan(OnnxGraph graph, IOnnxTensors tensors, ImageLayout layout, int side)
    {
        OnnxPlan plan = OnnxPlanner.Plan(graph, tensors, layout.Shape(side));
        var stages = new OnnxStages(plan);
        return (plan, stages, Sides());

        // What is planned alike for a larger image computes images of any size, where branches agree on maps of odd sides, too: each of
        // these lengths makes the side of another map odd.
        ImageSides Sides()
        {
            int step = 2 * _morePixels.LastOrDefault(more => !IsAlike(side + more));
            return step == 0 ? ImageSides.Any : step <= _morePixels[^1] && side % step == 0 ? ImageSides.MultiplesOf(step) : ImageSides.Exactly(side);
        }

        bool IsAlike(int another)
        {
            try
            {
                OnnxPlan larger = OnnxPlanner.Plan(graph, tensors, layout.Shape(another));
                return larger.Decisions.SequenceEqual(plan.Decisions) && new OnnxStages(larger).FeatureSize == stages.FeatureSize;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }

    private static BackboneInfo Describe(OnnxStages stages, ImageLayout layout, ImageSides sides) => new()
    {
        Name = "onnx",
        Stages = [.. OnnxNetwork.Describe(stages)],
        Head = OnnxNetwork.HeadOf(stages),
        FeatureSize = stages.FeatureSize,
        Channels = layout.Channels,
        Sides = sides,
    };

    private static Preprocessing Preprocess(ImageLayout layout, string? range)
    {
        int side = layout.Side ?? DefaultSide;
        return new Preprocessing
        {
            CropTo = side,
            ResizeTo = (int)Math.Min(Preprocessing.LargestSide, Math.Round(side * ResizePerCrop)),
            Statistics = range switch
            {
                "NominalRange_0_255" => ChannelStatistics.Of255(new Rgb(0, 0, 0)),
                "Normalized_0_1" => new ChannelStatistics(new Rgb(0, 0, 0), new Rgb(1, 1, 1)),
                "Normalized_1_1" => ChannelStatistics.Inception,
                _ => ChannelStatistics.ImageNet,
            },
        };
    }

    // Exports carry what a model file says of its model.
    private static Preprocessing? Exported(string? model, string path)
    {
        try
        {
            return model is null ? null : ModelSchema.Read(model, path).Preprocessing;
        }
        catch (ModelFileException failure)
        {
            throw new InvalidDataException(failure.Message, failure);
        }
    }

    // Features of another file must not be taken for this one's.
    private static string HashOf(string path)
    {
        using FileStream file = RegularFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..8];
    }
}
