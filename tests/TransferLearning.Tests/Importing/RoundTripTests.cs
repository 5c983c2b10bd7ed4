using TransferLearning.Networks;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Importing;

/// <summary>Built-in networks that go through an ONNX file and come back.</summary>
public sealed class RoundTripTests
{
    private const int Side = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void Import_OfAnExport_GivesItsLogitsAndLearnsAsItDoes(string name)
    {
        RoundTrip trip = RoundTrip.Of(name, Side);

        Assert.InRange(trip.Logits, 0, 1e-4);
        Assert.InRange(trip.Step, 0, 1e-5);
        Assert.True(trip.Found >= 2 * trip.Others, $"{trip.Found} parameters are the network's own, {trip.Others} are not found again");
    }

    [Fact]
    public void Import_OfAnExport_TakesItsPreprocessing()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("resnet18.onnx");
        using Predictor model = OnnxScene.Model(DrawnWeights.Open("resnet18", Side));
        model.ExportOnnx(path, new OnnxExportOptions { Input = OnnxInput.Tensor });

        BackboneInfo info = Pretrained.FromOnnx(path).Info;

        Assert.Equal(DrawnWeights.Find("resnet18", Side).Info.Preprocessing, info.Preprocessing);
        Assert.Equal(ImageSides.Any, info.Sides);
        Assert.Equal(6, info.Stages.Count);
    }
}
