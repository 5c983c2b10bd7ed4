using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>Every built-in network as a model file, and opened from it.</summary>
public sealed class NetworkSavingTests : IDisposable
{
    private const int Side = 64;

    private static readonly string[] _classes = ["ant", "bee", "wasp"];

    private readonly TemporaryFolder _folder = new();

    private string ModelPath => _folder.File("insects.tlmodel");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Load_AfterSave_PredictsTheSameBitForBit(string name)
    {
        byte[] image = DrawnImage.Png(Side, Side);
        using Predictor saved = Model(DrawnWeights.Find(name, Side));
        saved.Save(ModelPath);

        using Predictor loaded = Predictor.Load(ModelPath);

        IReadOnlyList<double> expected = saved.Predict(image).Probabilities;
        Assert.All(expected, probability => Assert.InRange(probability, double.Epsilon, 1 - 1e-12));     // or the softmax would hide what differs
        Assert.Equal(expected, loaded.Predict(image).Probabilities);
    }

    // Whether a head can be left out is the same for a whole family.
    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void Open_ModelFileForOtherClasses_LoadsAllButTheHead(string name)
    {
        PretrainedBackbone pretrained = DrawnWeights.Find(name, Side);
        using (Predictor saved = Model(pretrained))
            saved.Save(ModelPath);
        using StateDict weights = WeightsFile.Read(ModelPath);

        using Backbone opened = BackboneLoader.Open(BuiltForSide.Find(name, Side).WithWeights(ModelPath), outputCount: 7, seed: 1);

        Assert.Equal(7, opened.OutputCount);
        Assert.All(opened.Network.state_dict().Where(entry => !opened.Info.IsHead(entry.Key)), entry => Assert.True(entry.Value.bytes.SequenceEqual(weights[entry.Key].bytes), entry.Key));
    }

    private static Predictor Model(PretrainedBackbone pretrained)
    {
        Backbone backbone = BackboneLoader.Open(pretrained, _classes.Length, seed: 1);
        var card = new ModelMetadata { Backbone = pretrained.Info.Name, Classes = _classes, Preprocessing = pretrained.Info.Preprocessing };
        return new Predictor([backbone], card, new ImageReader(new SkiaImageDecoder()), LearningTask.Classification.Reading, () => LearningTask.Classification, CPU);
    }
}
