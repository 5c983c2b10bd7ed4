using Extending;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

[Collection(Alone.Name)] // one reads torch's own generator
public sealed class HeadFactoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Fit_WithAHeadOfTwoLayers_TrainsItAloneAndReloads()
    {
        string path = _folder.File("two-layers.tlmodel");
        PretrainedBackbone network = StagedSmallNetwork.Pretrained().WithHead(TwoLayerHead.Build);
        byte[] image = ToyImages.Encoded(1, new Random(5));

        using TrainingResult result = await Trainer.ExtractFeatures(network).On(ToyImages.Split()).For(epochs: 2, batchSize: 8).With(options => options with { Seed = 3, TorchThreads = 1 }).Build().FitAsync();
        result.Model.Save(path);
        using Predictor loaded = Predictor.Load(path, new PredictorOptions { Backbone = network });
        using StateDict saved = WeightsFile.Read(path);

        Assert.Equal(result.Model.Predict(image).Scores, loaded.Predict(image).Scores);
        Assert.Equal(["classifier.0.bias", "classifier.0.weight", "classifier.3.bias", "classifier.3.weight"], saved.Keys.Where(network.Info.IsHead).Order());
        Assert.Equal([3, 8], saved["classifier.3.weight"].shape);
        using Backbone untrained = BackboneLoader.Open(network, outputCount: 3, seed: 3);
        Assert.Equal(Numbers.Of(untrained.Network, "conv2.weight"), Numbers.Of(saved["conv2.weight"]));
        Assert.NotEqual(Numbers.Of(untrained.Network, "classifier.0.weight"), Numbers.Of(saved["classifier.0.weight"]));
    }

    // Activations are kept for later epochs and for the second pass of a sharpness-aware step.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Fit_WithAHeadThatChangesItsInputInPlace_LearnsAsWithOneThatDoesNot(int views, bool isSharp)
    {
        Assert.Equal(Losses(inPlace: false), Losses(inPlace: true));

        double[] Losses(bool inPlace)
        {
            var caching = new FeatureCaching { Views = views, Store = new FeatureStoreOptions { Directory = _folder.File($"{inPlace}") } };
            TrainerBuilder builder = Trainer
                .ExtractFeatures(StagedSmallNetwork.Pretrained().WithHead((features, outputs) => nn.Sequential(nn.Hardswish(inPlace), nn.Linear(features, outputs))))
                .On(ToyImages.Split()).For(epochs: 3, batchSize: 8).RunOn(torchThreads: 1).CacheFeatures(caching);
            using TrainingResult result = (isSharp ? builder.MinimizeSharpness() : builder).Build().Fit();
            return [.. result.History.SelectMany(epoch => new[] { epoch.Training["loss"], epoch.Validation["loss"] })];
        }
    }

    [Theory]
    [InlineData("resnet18", "fc")]                  // the head alone
    [InlineData("mobilenet_v2", "classifier.1")]    // behind a dropout
    [InlineData("vgg11", "classifier.6")]           // behind two layers that are no head
    public void Forward_WithABuiltInNetwork_IsTheHeadOfItsFeatures(string name, string head)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        PretrainedBackbone network = BuiltForSide.Find(name, side: 64).WithHead(TwoLayerHead.Build).WithRandomWeights();
        using Backbone backbone = BackboneLoader.Open(network, outputCount: 3, seed: 1);
        backbone.Network.eval();
        Tensor images = FilledWeights.Input(64);

        Tensor logits = backbone.Forward(images);

        Tensor features = backbone.Forward(images, 0, backbone.HeadStage);
        Assert.Equal(3, backbone.OutputCount);
        Assert.Equal(backbone.HeadLayer.call(features).data<float>().ToArray(), logits.data<float>().ToArray());
        Assert.Equal(logits.data<float>().ToArray(), backbone.Network.call(images).data<float>().ToArray());
        string[] ofHead = [$"{head}.0.weight", $"{head}.0.bias", $"{head}.3.weight", $"{head}.3.bias"];
        Assert.Equal(ofHead, backbone.Network.named_parameters().Select(entry => entry.name).Where(backbone.Info.IsHead));
    }

    [Fact]
    public void Forward_OverMaps_PoolsThemBeforeTheHead()
    {
        using var scope = NewDisposeScope();
        using Backbone backbone = BackboneLoader.Open(Pretrained.SqueezeNet1_1().WithHead(TwoLayerHead.Build).WithRandomWeights(), outputCount: 3, seed: 1);
        backbone.Network.eval();

        Tensor logits = backbone.Forward(FilledWeights.Input(64));

        Assert.Equal([1, 3], logits.shape);
    }

    [Fact]
    public void Open_WithASeed_DrawsTheHeadFromItAndLeavesTorchsGeneratorAlone()
    {
        PretrainedBackbone network = StagedSmallNetwork.Pretrained().WithHead(TwoLayerHead.Build);
        using Backbone first = BackboneLoader.Open(network, outputCount: 3, seed: 1);
        using Backbone same = BackboneLoader.Open(network, outputCount: 3, seed: 1);
        using Backbone other = BackboneLoader.Open(network, outputCount: 3, seed: 2);
        using Backbone replaced = new(network.Build(), network.Info, TwoLayerHead.Build);
        manual_seed(7).Dispose();
        using Tensor expected = rand(4);
        manual_seed(7).Dispose();
        replaced.ReplaceHead(3, new RandomStream(seed: 9));
        using Tensor found = rand(4);

        Assert.Equal(Numbers.Of(expected), Numbers.Of(found));
        Assert.Equal(Numbers.Of(first.Network, "classifier.0.weight"), Numbers.Of(same.Network, "classifier.0.weight"));
        Assert.NotEqual(Numbers.Of(first.Network, "classifier.0.weight"), Numbers.Of(other.Network, "classifier.0.weight"));
    }

    [Fact]
    public void Open_WeightsOfAnotherOutputCount_TakesTheirNumber()
    {
        PretrainedBackbone network = StagedSmallNetwork.Pretrained().WithHead(TwoLayerHead.Build);
        using Backbone five = BackboneLoader.Open(network, outputCount: 5, seed: 1);
        using StateDict weights = NetworkWeights.Of(five.Network);

        using Backbone opened = BackboneLoader.Open(network, weights);

        Assert.Equal(5, opened.OutputCount);
        Assert.Equal(Numbers.Of(five.Network, "classifier.3.weight"), Numbers.Of(opened.Network, "classifier.3.weight"));
    }

    [Fact]
    public void Backbone_OfAFactoryThatGivesAnotherShape_SaysWhatItGave()
    {
        using var network = new StagedSmallNetwork();

        var wrong = Assert.Throws<ArgumentException>(() => new Backbone(network, StagedSmallNetwork.Info, (features, _) => nn.Linear(features, 7)));
        var refused = Assert.Throws<ArgumentException>(
            () => OwnThread.Run(() => new Backbone(network, StagedSmallNetwork.Info, (_, outputs) => nn.Linear(5, outputs))));

        Assert.Equal("The head of staged_small_network must make [N, 4] of features [N, 16]; for N = 2 it gave [2, 7].", wrong.Message);
        Assert.StartsWith("The head of staged_small_network cannot take features [N, 16]: ", refused.Message);
    }

    [Fact]
    public void Backbone_OfANetworkInOnePieceWithAFactory_SaysWhatToDo()
    {
        using nn.Module<Tensor, Tensor> network = TinyNetwork.Build();

        var refused = Assert.Throws<ArgumentException>(() => new Backbone(network, TinyNetwork.Info, TwoLayerHead.Build));

        Assert.Contains("derive it from StagedNetwork", refused.Message);
    }

    [Fact]
    public void ReplaceHead_OfAHeadThatDraws_NamesItsSequenceToo()
    {
        using Backbone backbone = new(new StagedSmallNetwork(), StagedSmallNetwork.Info, (features, outputs) => nn.Sequential(("0", new KeyedDropout(0.5)), ("1", nn.Linear(features, outputs))));
        backbone.ReplaceHead(3, new RandomStream(seed: 1));
        backbone.Network.train();
        using var scope = NewDisposeScope();
        Tensor images = FilledWeights.Input(SmallNetwork.Side);

        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);
        float[] first = backbone.Forward(images).data<float>().ToArray();
        float[] next = backbone.Forward(images).data<float>().ToArray();
        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);
        float[] again = backbone.Forward(images).data<float>().ToArray();

        Assert.NotEqual(first, next);
        Assert.Equal(first, again);
    }

    public void Dispose() => _folder.Dispose();
}
