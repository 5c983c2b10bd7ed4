using System.Globalization;
using System.Text.Json;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Attacks;

/// <summary>Model files that are damaged, or that somebody wrote by hand with the right checksum; what loads predicts an image.</summary>
internal sealed class ModelFileAttack : AttackKind
{
    private static readonly byte[] _image = DrawnImage.Png();

    private static readonly (string Name, Action<Dictionary<string, Tensor>> Change)[] _weights =
    [
        ("weights of NaN", weights => Replace(weights, tensor => full(tensor.shape, float.NaN))),
        ("weights of infinity", weights => Replace(weights, tensor => full(tensor.shape, float.PositiveInfinity))),
        ("weights of 1e38", weights => Replace(weights, tensor => full(tensor.shape, 1e38f))),
        ("negative variances", weights => weights["bn1.running_var"] = full(8, -1f)),
        ("a head of NaN", weights => weights["classifier.weight"] = full(4, 16, float.NaN)),
        ("a head without rows", weights => (weights["classifier.weight"], weights["classifier.bias"]) = (zeros(0, 16), zeros(0))),
        ("a head without columns", weights => weights["classifier.weight"] = zeros(4, 0)),
        ("a head of no dimension", weights => weights["classifier.weight"] = zeros([])),
        ("a head of five dimensions", weights => weights["classifier.weight"] = zeros([4, 16, 1, 1, 1])),
        ("a head of 100,000 rows", weights => (weights["classifier.weight"], weights["classifier.bias"]) = (zeros(100_000, 16), zeros(100_000))),
        ("a bias of another length", weights => weights["classifier.bias"] = zeros(5)),
        ("whole numbers", weights => Replace(weights, tensor => tensor.to(ScalarType.Int64))),
        ("booleans", weights => Replace(weights, tensor => tensor.to(ScalarType.Bool))),
        ("half precision", weights => Replace(weights, tensor => tensor.to(ScalarType.Float16))),
        ("double precision", weights => Replace(weights, tensor => tensor.to(ScalarType.Float64))),
        ("no tensor", weights => weights.Clear()),
        ("a tensor less", weights => weights.Remove("conv2.weight")),
        ("a tensor more", weights => weights["another.weight"] = zeros(3)),
        ("a tensor of a broadcastable shape", weights => weights["bn1.weight"] = zeros(1)),
        ("a tensor whose name has control characters", weights => weights["a\0b\n\u001b[31m"] = zeros(1)),
    ];

    private readonly StagedSmallNetwork _network = new();
    private readonly string _metadata;
    private readonly FileMutator _mutator;

    public ModelFileAttack()
    {
        FilledWeights.Fill(_network);
        var settings = JsonSerializer.SerializeToElement(new { means = new[] { 1.0, 2, 3, 4 }, deviations = new[] { 1.0, 2, 3, 4 } });
        _metadata = ModelSchema.Write(new ModelMetadata
        {
            Backbone = StagedSmallNetwork.Info.Name,
            Classes = ["a", "b", "c", "d"],
            Preprocessing = StagedSmallNetwork.Info.Preprocessing,
            Task = new ModelPart("regression", settings),
            Reading = new ModelPart("values", settings),
            Metrics = new Dictionary<string, double> { ["loss"] = 0.5 },
        });
        byte[] whole = Forge(_metadata, _ => { });
        _mutator = new FileMutator(whole, [(0, 8 + BitConverter.ToInt32(whole))]);
    }

    /// <summary>An image of the largest side that a file may ask for, 2048, as bytes and as floats, and what the first layers make of it.</summary>
    public override long MemoryBound => 512L << 20;

    public override Attack Make(long seed, int number)
    {
        if (number < _weights.Length)
        {
            (string name, Action<Dictionary<string, Tensor>> change) = _weights[number];
            byte[] forged = Forge(_metadata.Replace("\"values\"", "\"softmax\"", StringComparison.Ordinal), change);
            return new Attack(name, () => LoadAndPredict(forged, isBuiltIn: false));
        }

        var random = new RandomStream(seed, number);
        if (random.NextInt32(4) == 0)
        {
            _mutator.Mutate(random);
            byte[] damaged = _mutator.Bytes.ToArray();
            return new Attack(_mutator.Description, () => LoadAndPredict(damaged, isBuiltIn: false));
        }

        string metadata = HostileJson.Mutate(_metadata, random);
        byte[] whole = Forge(metadata, _ => { });
        bool isBuiltIn = random.NextInt32(8) == 0;
        return new Attack($"metadata {Shorten(metadata)}", () => LoadAndPredict(whole, isBuiltIn));
    }

    /// <summary>A limit of pixels, which the file may lower, is a documented reason to refuse the image; so are finite weights that are too large.</summary>
    public override bool IsDocumented(Exception error) =>
        error is ModelFileException or ImageFormatException or TransformException
        || (error is InvalidOperationException && error.Message.Contains("it must be finite", StringComparison.Ordinal));

    public override void Dispose() => _network.Dispose();

    private static string Shorten(string text) => text.Length > 700 ? $"{text[..700]}... of {text.Length} letters" : text;

    private static void LoadAndPredict(byte[] file, bool isBuiltIn)
    {
        var options = new PredictorOptions { Backbone = isBuiltIn ? null : StagedSmallNetwork.Pretrained(), MaximumPixels = 1 << 20 };
        using Predictor predictor = Predictor.Load(new MemoryStream(file), options);
        if (predictor.Classes.Any(name => name is null))
            throw new AttackFailedException("a class has no name");
        Finite.Check(predictor.Predict(_image));
    }

    private byte[] Forge(string metadata, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = _network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value);
        change(weights);
        (string, Tensor)[] tensors = [.. weights.Select(entry => (entry.Key, entry.Value))];
        var file = new MemoryStream();
        Safetensors.Write(file, tensors, new Dictionary<string, string>
        {
            ["format"] = "transferlearning-model",
            ["format_version"] = ModelSchema.Version.ToString(CultureInfo.InvariantCulture),
            ["library_version"] = "0",
            ["model"] = metadata,
            ["sha256"] = WeightsChecksum.Of(metadata, tensors),
        });
        return file.ToArray();
    }

    private static void Replace(Dictionary<string, Tensor> weights, Func<Tensor, Tensor> change)
    {
        foreach (string name in weights.Keys.Where(name => weights[name].is_floating_point()).ToArray())
            weights[name] = change(weights[name]);
    }
}
