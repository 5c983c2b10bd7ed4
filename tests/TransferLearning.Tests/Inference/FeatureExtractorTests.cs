using TorchSharp.Modules;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Inference;

public sealed class FeatureExtractorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _images;

    public FeatureExtractorTests()
    {
        _images = [.. Enumerable.Range(0, 5).Select(index => _folder.File($"{index}.png"))];
        foreach ((string path, int index) in _images.Select((path, index) => (path, index)))
            File.WriteAllBytes(path, ToyImages.Encoded(index % 3, new Random(index)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Features_OfAStagedNetwork_AreWhatItsHeadTakes()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());
        StageMap head = extractor.ExtractMaps(_images[0], "head")[0];

        float[] features = extractor.Extract(_images[0]);

        using var scope = NewDisposeScope();
        using StagedSmallNetwork network = (StagedSmallNetwork)StagedSmallNetwork.Pretrained().Build();
        Assert.Equal(16, features.Length);
        float[] logits = network.classifier.call(tensor(features).view(1, 16)).data<float>().ToArray();
        Assert.Equal([4], head.Shape);
        Assert.All(head.Values.Zip(logits), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Fact]
    public void Features_ThatAreNotFinite_AreRefusedByTheImagesName()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(Pretrained.From(Overflowing, StagedSmallNetwork.Info));

        string[] refusals =
        [
            Assert.Throws<InvalidOperationException>(() => extractor.ExtractMany(_images, batchSize: 2).Skip(1).First()).Message,
            Assert.Throws<InvalidOperationException>(() => extractor.ExtractMaps(_images[0], "body")).Message,
        ];

        Assert.All(refusals, refusal => Assert.Contains($" 3 of the network for '{_images[0]}' is Infinity", refusal, StringComparison.Ordinal));
        Assert.Equal(8, extractor.ExtractMaps(_images[0], "stem").Single().Shape[0]);

        static StagedSmallNetwork Overflowing()
        {
            var network = new StagedSmallNetwork();
            using IDisposable noGradient = no_grad();
            using Tensor bias = network.bn2.bias![3];
            bias.fill_(float.PositiveInfinity);
            return network;
        }
    }

    [Fact]
    public void Features_OfANetworkThatIsNotStaged_AreWhatItsHeadTakesAndLeaveNoTensorBehind()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(SmallNetwork.Pretrained());
        extractor.Extract(_images[0]);
        long before = LiveTensors.Count;

        float[] features = extractor.Extract(_images[0]);

        Assert.Equal(before, LiveTensors.Count);
        using var scope = NewDisposeScope();
        using Backbone same = BackboneLoader.Open(SmallNetwork.Pretrained(), outputCount: null, seed: 0);
        same.Network.eval();
        var reader = new ImageReader(new SkiaImageDecoder());
        PreparedImage image = ImagePreparer.ForEvaluation(SmallNetwork.Info.Preprocessing, reader).Prepare(File.ReadAllBytes(_images[0]), "");
        Tensor images = BatchAssembler.Stack([image]);
        Assert.Equal(((SmallNetwork)same.Network).features.forward(images).data<float>().ToArray(), features);
        var refusal = Assert.Throws<InvalidOperationException>(() => extractor.ExtractMaps(_images[0]));
        Assert.Contains("StagedNetwork", refusal.Message);
    }

    [Fact]
    public void Load_OfAModelWithAPreprocessingOfItsOwn_PreparesImagesByIt()
    {
        string file = _folder.File("own.tlmodel");
        var statistics = new ChannelStatistics(new Rgb(0.2f, 0.3f, 0.4f), new Rgb(0.5f, 0.5f, 0.5f));
        var preprocessing = new Preprocessing { ResizeTo = 40, CropTo = 24, Statistics = statistics };
        using TrainingResult result = Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(ToyImages.Split(4, 2)).Preprocess(preprocessing)
            .RunOn(torchThreads: 1).Build().Fit();
        result.Model.Save(file);
        float[] logits = [.. result.Model.Predict(_images[0]).Probabilities.Select(probability => (float)Math.Log(probability))];

        using FeatureExtractor extractor = FeatureExtractor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
        float[] features = extractor.Extract(_images[0]);

        (double[][] weights, double[] bias) = result.Model.Use(backbone => backbone.GetHead());
        double[] outputs = [.. weights.Zip(bias, (row, offset) => row.Zip(features, (weight, feature) => weight * feature).Sum() + offset)];
        Assert.All(logits.Zip(outputs), pair => Assert.Equal(pair.First - logits[0], pair.Second - outputs[0], 1e-3));
        var refusal = Assert.Throws<ArgumentException>(() => FeatureExtractor.Open(StagedSmallNetwork.Pretrained().WithWeights(file)));
        Assert.Contains("open it with FeatureExtractor.Load", refusal.Message);
    }

    [Fact]
    public void Load_OfAnEnsembleOfNetworks_IsRefusedByName()
    {
        string file = _folder.File("two.tlmodel");
        Predictor[] members = [.. Enumerable.Range(1, 2).Select(seed => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split(4, 2))
            .StartFromRandomHead().Freeze(FreezePolicy.Nothing).For(epochs: 1, batchSize: 8).Seed(seed).RunOn(torchThreads: 1).Build().Fit().TakeModel())];
        using (Predictor ensemble = Predictor.Ensemble(members))
            ensemble.Save(file);

        var refusal = Assert.Throws<ModelFileException>(() => FeatureExtractor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() }));

        Assert.Contains("two.tlmodel", refusal.Message);
        Assert.Contains("2 networks", refusal.Message);
    }

    [Fact]
    public void WarmUp_OfSeveralNetworks_ComputesEach()
    {
        CountingNetwork[] counting = [new(), new(), new()];
        var reader = new ImageReader(new SkiaImageDecoder());
        Backbone[] backbones = [.. counting.Select(network => new Backbone(network, CountingNetwork.Info))];
        using var networks = new InferenceNetwork(backbones, CountingNetwork.Info.Preprocessing, reader, CPU, ComputePrecision.Float32);

        networks.WarmUp(this);

        Assert.All(counting, network => Assert.Equal(1, network.Passes));
    }

    [Fact]
    public void FeaturesOfMany_InBatches_AreThoseOfOneByOneInOrder()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());
        float[][] expected = [.. _images.Select(extractor.Extract)];

        float[][] found = [.. extractor.ExtractMany(_images, batchSize: 2)];

        Assert.Equal(expected.Length, found.Length);
        foreach ((float[] one, float[] other) in expected.Zip(found))
            Assert.All(one.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Maps_OfChosenStages_HaveTheirShapesInTheStagesOrder()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());

        IReadOnlyList<StageMap>[] maps = [.. extractor.ExtractManyMaps(_images, ["body", "stem"], batchSize: 3)];

        Assert.Equal(5, maps.Length);
        Assert.All(maps, map =>
        {
            Assert.Equal(["stem", "body"], map.Select(stage => stage.Stage));
            Assert.Equal([8, 8, 8], map[0].Shape);
            Assert.Equal(8 * 8 * 8, map[0].Values.Length);
            Assert.Equal([16], map[1].Shape);
        });
        Assert.NotEqual(maps[0][0].Values, maps[1][0].Values);
        Assert.Equal(["stem", "body", "head"], extractor.ExtractMaps(_images[0]).Select(stage => stage.Stage));
    }

    [Fact]
    public void Maps_OfABuiltInNetwork_AreThoseBeforeThePoolingAndLeaveNoTensorBehind()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(Pretrained.ResNet18().WithRandomWeights());
        extractor.ExtractMaps(_images[0]);
        long before = LiveTensors.Count;

        IReadOnlyList<StageMap> maps = extractor.ExtractMaps(_images[0]);

        Assert.Equal(before, LiveTensors.Count);
        Assert.Equal(
            ["64 x 56 x 56", "64 x 56 x 56", "128 x 28 x 28", "256 x 14 x 14", "512 x 7 x 7", "1000"],
            maps.Select(map => string.Join(" x ", map.Shape)));
        float[] features = extractor.Extract(_images[0]);
        Assert.Equal(features[3], maps[4].Values.Skip(3 * 49).Take(49).Average(), 1e-5f);
    }

    [Fact]
    public void Maps_OfAnUnknownStage_NamesThoseThatThereAre()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());

        var refusal = Assert.Throws<ArgumentException>(() => extractor.ExtractMaps(_images[0], "layer3"));

        Assert.StartsWith("staged_small_network has no stage 'layer3'. Its stages: stem, body, head.", refusal.Message);
    }

    [Fact]
    public void ExtractMany_OfBytesStreamsAndASource_IsThatOfTheirFiles()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());
        byte[][] contents = [.. _images.Select(File.ReadAllBytes)];
        var source = new InMemoryDataset(contents.Select((content, index) => new LabeledImage(content, $"{index % 2}")));
        float[][] expected = [.. extractor.ExtractMany(_images, batchSize: 2)];

        float[][] ofBytes = [.. extractor.ExtractMany(contents.Select(content => new ReadOnlyMemory<byte>(content)), batchSize: 2)];
        float[][] ofStreams = [.. extractor.ExtractMany(contents.Select(content => new MemoryStream(content)), batchSize: 2)];
        float[][] ofSource = [.. extractor.ExtractMany(source, batchSize: 2)];

        Assert.Equal(expected, ofBytes);
        Assert.Equal(expected, ofStreams);
        Assert.Equal(expected, ofSource);
        Assert.Equal(extractor.Extract(_images[3]), extractor.Extract(contents[3]));
        Assert.Equal(extractor.Extract(_images[3]), extractor.Extract(new MemoryStream(contents[3])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_WeightsWithoutTheirHead_GivesFeaturesAndNoLogits(bool otherHead)
    {
        string path = _folder.File("features.safetensors");
        using (Backbone whole = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: null, seed: 0))
        using (Tensor other = ones(3, 5))
        {
            IEnumerable<(string, Tensor)> body = whole.Network.state_dict()
                .Where(entry => !whole.Info.IsHead(entry.Key)).Select(entry => (entry.Key, entry.Value));
            Safetensors.Write(path, otherHead ? body.Append(("classifier.2.weight", other)) : body);
        }
        using FeatureExtractor expected = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());

        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained(variant: 1).WithWeights(path));

        Assert.Equal(expected.Extract(_images[0]), extractor.Extract(_images[0]));
        Assert.Equal(["stem", "body"], extractor.ExtractMaps(_images[0]).Select(map => map.Stage));
        var refusal = Assert.Throws<ArgumentException>(() => extractor.ExtractMaps(_images[0], "head"));
        Assert.StartsWith("staged_small_network was opened from weights without its head 'head'. Its stages: stem, body.", refusal.Message);
    }

    [Fact]
    public void Open_WeightsWithoutTheirHeadOfANetworkInOnePiece_GivesFeatures()
    {
        string path = _folder.File("features.safetensors");
        using (Backbone whole = BackboneLoader.Open(SmallNetwork.Pretrained(), outputCount: null, seed: 4))
            Safetensors.Write(path, whole.Network.state_dict().Where(entry => !whole.Info.IsHead(entry.Key)).Select(entry => (entry.Key, entry.Value)));

        using FeatureExtractor extractor = FeatureExtractor.Open(SmallNetwork.Pretrained().WithWeights(path));

        Assert.Equal(16, extractor.Extract(_images[0]).Length);
        Assert.All(extractor.Extract(_images[0]), value => Assert.InRange(value, 0, 100));
    }

    [Fact]
    public void Open_WithAReaderOfASmallerLimit_RefusesLargerImages()
    {
        var options = new FeatureExtractorOptions { Reader = new ImageReader(new SkiaImageDecoder(), new ImageReaderOptions { MaximumPixels = 100 }) };
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained(), options);

        Assert.Throws<ImageFormatException>(() => extractor.Extract(_images[0]));
    }

    [Fact]
    public void Features_OfAnImageThatCannotBeRead_NamesIt()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());
        string broken = _folder.File("broken.jpg");
        File.WriteAllText(broken, "no image");

        Assert.Contains(broken, Assert.Throws<ImageFormatException>(() => extractor.Extract(broken)).Message);
    }

    [Fact]
    public void Features_AfterDispose_AreRefused()
    {
        FeatureExtractor extractor = FeatureExtractor.Open(StagedSmallNetwork.Pretrained());
        extractor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => extractor.Extract(_images[0]));
    }

    [SkippableFact]
    public void Features_OfRealWeightsAndPhotographs_TellAntsFromBees()
    {
        string weights = ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth");
        string folder = ReferenceData.Require("data/hymenoptera_data/val");
        string[] ants = Directory.GetFiles(Path.Combine(folder, "ants")), bees = Directory.GetFiles(Path.Combine(folder, "bees"));
        using FeatureExtractor extractor = FeatureExtractor.Open(Pretrained.MobileNetV2().WithWeights(weights));

        float[][] features = [.. extractor.ExtractMany([.. ants, .. bees])];

        int likeTheirNearest = Enumerable.Range(0, features.Length).Count(one =>
            (one < ants.Length) == (Nearest(features, one) < ants.Length));
        Assert.InRange((double)likeTheirNearest / features.Length, 0.8, 1); // one neighbour of 152, and no training at all
    }

    private static int Nearest(float[][] features, int one) =>
        Enumerable.Range(0, features.Length).Where(other => other != one).MaxBy(other => Cosine(features[one], features[other]));

    private static double Cosine(float[] one, float[] other) =>
        one.Zip(other, (a, b) => a * b).Sum() / Math.Sqrt(one.Sum(a => a * a) * other.Sum(b => b * b));

    private sealed class CountingNetwork : StagedNetwork
    {
        internal readonly Convolution2d conv1; // not private, so that their names can be their keys
        internal readonly Linear classifier;

        public CountingNetwork()
            : base("counting_network")
        {
            conv1 = new Convolution2d(3, 16, kernel: 3);
            classifier = nn.Linear(16, 4);
            RegisterComponents();
        }

        public static BackboneInfo Info { get; } = SmallNetwork.Info with
        {
            Name = "counting_network",
            Stages = [new Stage("stem", "conv1"), new Stage("head", "classifier")],
        };

        public int Passes { get; private set; }

        public override IReadOnlyList<Func<Tensor, Tensor>> Steps => [Counted, classifier.call];

        private Tensor Counted(Tensor images)
        {
            Passes++;
            return conv1.call(images).to(ScalarType.Float32).mean([2, 3]);
        }
    }
}
