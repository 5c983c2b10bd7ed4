using TransferLearning.Data;
using TransferLearning.Exporting;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Imaging;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Exporting;

/// <summary>Preprocessing in the graph against the library's own.</summary>
public sealed class OnnxPreprocessingTests
{
    [Theory]
    [InlineData(300, 200, 32, 28, Interpolation.Bilinear)]
    [InlineData(200, 301, 32, 27, Interpolation.Bilinear)]
    [InlineData(301, 200, 33, 28, Interpolation.Bicubic)]
    [InlineData(20, 31, 64, 56, Interpolation.Bicubic)]     // enlarged
    [InlineData(20, 31, 64, 56, Interpolation.Bilinear)]
    [InlineData(32, 32, 32, 32, Interpolation.Bilinear)]    // as it is
    [InlineData(500, 61, 32, 32, Interpolation.Bilinear)]
    [InlineData(61, 500, 32, 41, Interpolation.Bilinear)]   // a crop larger than the shorter side is padded
    [InlineData(61, 64, 32, 41, Interpolation.Bicubic)]
    public void Preprocessing_OfADrawnImage_IsTheLibrarysWithinOneLevel(int width, int height, int resizeTo, int cropTo, Interpolation interpolation)
    {
        var preprocessing = new Preprocessing { ResizeTo = resizeTo, CropTo = cropTo, Interpolation = interpolation };
        using var graph = new PreprocessingGraph(preprocessing);
        PixelBuffer image = PixelBuffer.Rent(width, height);
        new Random(width).NextBytes(image.Pixels);

        Assert.InRange(graph.LargestDifference(image), 0, 1.01);
    }

    [SkippableTheory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Preprocessing_OfPhotographs_IsTheLibrarysWithinOneLevel(Interpolation interpolation)
    {
        IDatasetSource source = ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data/val"));
        using var graph = new PreprocessingGraph(new Preprocessing { Interpolation = interpolation });
        var reader = new ImageReader(new SkiaImageDecoder());

        for (int index = 0; index < source.Samples.Count; index += 5)
            Assert.InRange(graph.LargestDifference(reader.Read(source.Load(index).Span, source.Samples[index].Name)), 0, 1.01);
    }

    [SkippableFact]
    public void ExportOnnx_OfRealWeights_NamesEveryPhotographAsTheModel()
    {
        IDatasetSource photographs = ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data/val"));
        PretrainedBackbone mobileNet = Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"));
        AssertVerified(mobileNet, photographs);
        AssertVerified(
            Pretrained.EfficientNetLite0().WithWeights(ReferenceData.Require("weights/efficientnet_lite0-57934424.pth"), WeightsRename.ByOrder), photographs);
    }

    [SkippableFact]
    public void ExportOnnx_OfRealWeightsInFloat16_NamesPhotographsAsTheModel()
    {
        IDatasetSource photographs = ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data/val"));
        PretrainedBackbone mobileNet = Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"));
        using var folder = new TemporaryFolder();
        using Predictor model = OnnxScene.Model(BackboneLoader.Open(mobileNet, outputCount: null, seed: 0));

        OnnxExportResult result = model.ExportOnnx(folder.File("model.onnx"), new OnnxExportOptions
        {
            Precision = OnnxPrecision.Float16,
            Verifier = new OnnxRuntimeVerifier(),
            VerificationImages = photographs,
        });

        Assert.InRange(result.Verification!.LabelAgreement!.Value, 0.99, 1);
    }

    private static void AssertVerified(PretrainedBackbone pretrained, IDatasetSource photographs)
    {
        using var folder = new TemporaryFolder();
        using Predictor model = OnnxScene.Model(BackboneLoader.Open(pretrained, outputCount: null, seed: 0));

        OnnxExportResult result = model.ExportOnnx(
            folder.File("model.onnx"), new OnnxExportOptions { Verifier = new OnnxRuntimeVerifier(), VerificationImages = photographs, RequireVerification = true });

        Assert.True(result.Verified);
        Assert.Equal(153, result.Verification!.Images);
        Assert.InRange(result.Verification.LargestDifference, 0, 0.01);
        Assert.Equal(1, result.Verification.LabelAgreement);
        Assert.Equal([folder.File("model.onnx")], Directory.GetFileSystemEntries(folder.FullPath));
    }

    /// <summary>The preprocessing alone as a file.</summary>
    private sealed class PreprocessingGraph : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Preprocessing _preprocessing;
        private readonly OnnxRun _run;

        public PreprocessingGraph(Preprocessing preprocessing)
        {
            _preprocessing = preprocessing;
            var graph = new OnnxGraphBuilder(hasDynamicSize: false);
            string output = OnnxPreprocessing.Write(graph, preprocessing, "images");
            graph.Graph.Name = "preprocessing";
            graph.Graph.Input.Add(Value("images", TensorProto.Types.DataType.Uint8));
            graph.Graph.Output.Add(Value(output, TensorProto.Types.DataType.Float));
            var model = new ModelProto { IrVersion = 9, Graph = graph.Graph };
            model.OpsetImport.Add(new OperatorSetIdProto { Version = OnnxModelWriter.Opset });
            OnnxFile.Write(_folder.File("preprocessing.onnx"), model, graph.Initializers);
            _run = new OnnxRun(_folder.File("preprocessing.onnx"));
        }

        /// <summary>In levels of 255.</summary>
        public double LargestDifference(PixelBuffer image)
        {
            float[] found = _run.Compute(image.Pixels.ToArray(), 1, image.Height, image.Width, 3).Values.Single();
            PixelBuffer prepared = TransformPipeline.ForEvaluation(_preprocessing).Apply(image, seed: 0, epoch: 0, sample: 0);
            (Rgb _, Rgb deviation) = _preprocessing.Statistics;
            float[] deviations = [deviation.Red, deviation.Green, deviation.Blue];
            var expected = new float[prepared.Pixels.Length];
            new Normalizer(_preprocessing.Statistics).Write(prepared, expected);
            Assert.Equal(expected.Length, found.Length);
            int pixels = expected.Length / 3;
            return Enumerable.Range(0, expected.Length)
                .Max(index => Math.Abs(expected[index] - found[index % 3 * pixels + index / 3]) * deviations[index % 3] * 255);
        }

        public void Dispose()
        {
            _run.Dispose();
            _folder.Dispose();
        }

        private static ValueInfoProto Value(string name, TensorProto.Types.DataType type)
        {
            var shape = new TensorShapeProto();
            shape.Dim.Add("abcd".Select(letter => new TensorShapeProto.Types.Dimension { DimParam = name + letter }));
            return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
        }
    }
}
