using SkiaSharp;
using TorchSharp.Modules;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>A model with weights made by hand that tells on which side an image is bright, and so whether it is upright; and images for it.</summary>
public sealed class BrightSide : IDisposable
{
    /// <summary>The last name is what a page must show rather than obey.</summary>
    public static IReadOnlyList<string> Names { get; } = ["above", "below", "left", "<img src=x onerror=\"document.title='owned'\">"];

    private readonly TemporaryFolder _folder = new();

    public BrightSide()
    {
        Path = _folder.File("sides.onnx");
        ValuesPath = _folder.File("values.onnx");
        using Predictor model = Model(new SoftmaxReading());
        model.ExportOnnx(Path);
        using Predictor values = Model(new ValueReading());
        values.ExportOnnx(ValuesPath);
    }

    public string Path { get; }

    /// <summary>The same network, read as numbers.</summary>
    public string ValuesPath { get; }

    public void Dispose() => _folder.Dispose();

    /// <summary>A JPEG that is bright on a side and dark on the other, with a shape in between and an EXIF orientation.</summary>
    public static byte[] Jpeg(string side, int width = 160, int height = 120, int orientation = 1)
    {
        (SKPoint bright, SKPoint dark) = side switch
        {
            "above" => (new SKPoint(0, 0), new SKPoint(0, height)),
            "below" => (new SKPoint(0, height), new SKPoint(0, 0)),
            "left" => (new SKPoint(0, 0), new SKPoint(width, 0)),
            _ => (new SKPoint(width, 0), new SKPoint(0, 0)),
        };
        using var image = new SKBitmap(width, height);
        using var canvas = new SKCanvas(image);
        using SKShader shader = SKShader.CreateLinearGradient(bright, dark, [new SKColor(210, 190, 170), new SKColor(60, 70, 90)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawPaint(paint);
        using var ink = new SKPaint { Color = SKColors.DarkOliveGreen, IsAntialias = true };
        canvas.DrawCircle(width / 2f, height / 2f, Math.Min(width, height) / 5f, ink);
        using SKData encoded = image.Encode(SKEncodedImageFormat.Jpeg, quality: 92);
        return orientation == 1 ? encoded.ToArray() : WithOrientation(encoded.ToArray(), (byte)orientation);
    }

    /// <summary>A JPEG whose header says that it has other sides than its data.</summary>
    public static byte[] WithSides(byte[] jpeg, int width, int height)
    {
        byte[] forged = [.. jpeg];
        int frame = forged.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]); // SOF0: length, precision, height, width
        (forged[frame + 5], forged[frame + 6], forged[frame + 7], forged[frame + 8]) = ((byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);
        return forged;
    }

    // An APP1 segment with a TIFF of one entry, tag 274, behind the start of the image.
    private static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2],
        0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    private static Predictor Model(OutputReading reading)
    {
        var network = new Backbone(new Quarters(), new BackboneInfo
        {
            Name = "quarters",
            Stages = [new Stage("head", "head")],
            Head = "head",
            FeatureSize = 12,
            Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16 },
        });
        return OnnxScene.Model(network, reading, new ModelMetadata
        {
            Backbone = "quarters",
            Classes = Names,
            Preprocessing = network.Info.Preprocessing,
            Reading = new ModelPart(reading.Identifier, reading.Settings),
            Metrics = new Dictionary<string, double> { ["accuracy"] = 0.875 },
        });
    }

    /// <summary>The mean colors of an image's quarters, and a linear layer on them.</summary>
    private sealed class Quarters : StagedNetwork
    {
        internal readonly AdaptiveAvgPool2d pool = nn.AdaptiveAvgPool2d(2);
        internal readonly Flatten flatten = nn.Flatten();
        internal readonly Linear head = nn.Linear(12, Names.Count);

        public Quarters() : base(nameof(Quarters))
        {
            RegisterComponents();
            float[] above = [1, 1, -1, -1], left = [1, -1, 1, -1]; // quarters in reading order
            float[][] sides = [above, [.. above.Select(weight => -weight)], left, [.. left.Select(weight => -weight)]];
            using IDisposable noGradient = no_grad();
            using Tensor weights = tensor(sides.SelectMany(side => Enumerable.Range(0, 12).Select(index => side[index % 4] / 3)).ToArray(), [Names.Count, 12]);
            using Tensor bias = zeros(Names.Count);
            head.weight!.copy_(weights);
            head.bias!.copy_(bias);
        }

        public override IReadOnlyList<Func<Tensor, Tensor>> Steps => [images => head.call(flatten.call(pool.call(images)))];
    }
}
