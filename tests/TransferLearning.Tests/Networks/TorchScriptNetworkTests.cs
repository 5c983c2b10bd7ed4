using System.IO.Compression;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

public sealed class TorchScriptNetworkTests : IDisposable
{
    private static readonly Preprocessing _preprocessing = new() { ResizeTo = 16, CropTo = 16 };

    private readonly TemporaryFolder _folder = new();
    private readonly float[] _weight = [.. Enumerable.Range(0, 216).Select(index => MathF.Sin(index) / 4)];
    private readonly string _script;

    public TorchScriptNetworkTests()
    {
        _script = _folder.File("net.pt");
        TorchScriptFile.Write(_script, _weight);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Forward_BeforeTheHead_GivesTheScriptsMapsAveraged()
    {
        using var scope = NewDisposeScope();
        using Backbone backbone = BackboneLoader.Open(Mine(), outputCount: 3, seed: 1);
        Tensor images = FilledWeights.Input(16);

        Tensor features = backbone.Forward(images, 0, backbone.HeadStage);

        Tensor expected = nn.functional.conv2d(images, tensor(_weight, [8, 3, 3, 3]), null, [2, 2], [1, 1]).relu().mean([2, 3]);
        Assert.Equal(expected.data<float>().ToArray(), features.data<float>().ToArray());
        Assert.Equal([1, 3], backbone.Forward(images).shape);
    }

    [Fact]
    public void FineTune_OfAScript_LearnsItsWeightsAndSavesThem()
    {
        using TrainingResult result = Trainer.FineTune(Mine()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 3, batchSize: 8).Freeze(FreezePolicy.Nothing).Build().Fit();
        string model = _folder.File("mine.tlmodel");
        result.Model.Save(model);
        byte[] image = ToyImages.Encoded(1, new Random(3));

        using Predictor loaded = Predictor.Load(model, new PredictorOptions { Backbone = Mine() });

        Assert.Equal(result.Model.Predict(image).Probabilities, loaded.Predict(image).Probabilities);
        using StateDict saved = WeightsFile.Read(model);
        Assert.NotEqual(_weight, saved["script.weight"].data<float>().ToArray());
    }

    [Fact]
    public void ExtractFeatures_OfAScript_LeavesItsWeightsAlone()
    {
        using TrainingResult result = Trainer.ExtractFeatures(Mine()).On(ToyImages.Split()).For(epochs: 2, batchSize: 8)
            .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = _folder.File("features") } }).Build().Fit();
        string model = _folder.File("mine.tlmodel");
        result.Model.Save(model);

        using StateDict saved = WeightsFile.Read(model);
        Assert.Equal(_weight, saved["script.weight"].data<float>().ToArray());
    }

    [Fact]
    public void FromTorchScript_OfAnotherContent_HasAnotherName()
    {
        string other = _folder.File("other/net.pt");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        TorchScriptFile.Write(other, [.. _weight.Reverse()]);

        string name = Mine().Info.Name, otherName = Pretrained.FromTorchScript(other, 8, allowCodeExecution: true).Info.Name;

        Assert.StartsWith("net-", name);
        Assert.StartsWith("net-", otherName);
        Assert.NotEqual(name, otherName);
    }

    [Theory]
    [InlineData("no script")]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 and nothing more")]
    public void Open_OfAFileThatIsNoScript_NamesItAndWhatWouldBeRight(string content)
    {
        string path = _folder.File("text.pt");
        File.WriteAllText(path, content);

        AssertRefusedBeforeLibtorchSeesIt(path);
    }

    [Fact]
    public void Open_OfAScriptThatIsCutShort_IsRefused()
    {
        string path = _folder.File("cut.pt");
        File.WriteAllBytes(path, File.ReadAllBytes(_script)[..^30]);

        AssertRefusedBeforeLibtorchSeesIt(path);
    }

    [Fact]
    public void Open_OfWeightsWithoutCode_IsRefused()
    {
        string path = _folder.File("weights.pt");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
            archive.CreateEntry("net/data.pkl");

        AssertRefusedBeforeLibtorchSeesIt(path);
    }

    [Fact]
    public void Forward_OfAnotherNumberOfFeatures_NamesBoth()
    {
        using Backbone backbone = BackboneLoader.Open(Pretrained.FromTorchScript(_script, featureSize: 5, _preprocessing, allowCodeExecution: true), outputCount: 2, seed: 0);
        using Tensor images = FilledWeights.Input(16);

        var error = Assert.Throws<InvalidOperationException>(() => backbone.Forward(images));

        Assert.Contains("[1, 8, 8, 8]", error.Message);
        Assert.Contains("5", error.Message);
    }

    [Fact]
    public void FromTorchScript_OfNoFile_SaysSo() =>
        Assert.Throws<FileNotFoundException>(() => Pretrained.FromTorchScript(_folder.File("absent.pt"), 8, allowCodeExecution: true));

    [Fact]
    public void FromTorchScript_WithoutConsent_SaysThatItsCodeRunsAndOpensNothing()
    {
        using var unreadable = new FileStream(_script, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var error = Assert.Throws<ArgumentException>(() => Pretrained.FromTorchScript(_script, TorchScriptFile.Channels));

        Assert.Equal("allowCodeExecution", error.ParamName);
        Assert.Contains("a program that can read and write whatever you can", error.Message);
        Assert.Contains("WithWeights", error.Message);
    }

    // Libtorch's own error is an ExternalException.
    private static void AssertRefusedBeforeLibtorchSeesIt(string path)
    {
        var error = Assert.Throws<InvalidDataException>(() => BackboneLoader.Open(Pretrained.FromTorchScript(path, 8, allowCodeExecution: true), outputCount: 2, seed: 0));

        Assert.Contains(path, error.Message);
        Assert.Contains("torch.jit.script", error.Message);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    private PretrainedBackbone Mine() => Pretrained.FromTorchScript(_script, TorchScriptFile.Channels, _preprocessing, allowCodeExecution: true);
}
