using System.Text.Json;
using TransferLearning.Data;
using TransferLearning.Predictions;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Predictions;

public sealed class OutputReadingTests
{
    private static readonly string[] _names = ["ants", "bees"];

    [Fact]
    public void Softmax_OfLargeLogits_AddsUpToOne()
    {
        Prediction prediction = new SoftmaxReading().Read([1000, 1001], _names);

        Assert.Equal("bees", prediction.Label);
        Assert.Equal(Math.E / (1 + Math.E), prediction.Probability, 1e-12);
        Assert.Equal(prediction.Probability, Assert.Single(prediction.Labels).Probability);
        Assert.Equal(prediction.Probability, prediction["bees"]);
    }

    [Fact]
    public void Sigmoid_AtItsThreshold_NamesEveryClassThatReachesIt()
    {
        OutputReading reading = new SigmoidReading(0.5).WithSettings(new SigmoidReading(0.8).Settings);

        Assert.Equal(["bees"], reading.Read([1, 2], _names).Labels.Select(score => score.Label));
        Assert.Equal(["bees", "ants"], reading.Read([2, 3], _names).Labels.Select(score => score.Label));
        Assert.Empty(reading.Read([-9, 0], _names).Labels);
    }

    [Fact]
    public void Values_WithAScale_AreInTheTargetsUnits()
    {
        OutputReading reading = new ValueReading().WithSettings(new ValueReading([10, 20], [2, 3]).Settings);

        Prediction prediction = reading.Read([1, -1], _names);

        Assert.Equal([12, 17], prediction.Numbers);
        Assert.Equal("ants 12, bees 17", prediction.ToString());
        Assert.Throws<InvalidOperationException>(() => prediction.Label);
        Assert.Throws<InvalidOperationException>(() => prediction.Scores);
    }

    [Theory]
    [InlineData("sigmoid", """{"threshold":1.5}""")]
    [InlineData("sigmoid", "{}")]
    [InlineData("sigmoid", "[]")]
    [InlineData("sigmoid", "null")]
    [InlineData("sigmoid", """{"threshold":0.5,"temperature":0}""")]
    [InlineData("sigmoid", """{"threshold":0.5,"thresholds":[]}""")]
    [InlineData("sigmoid", """{"threshold":0.5,"thresholds":[0.5,0]}""")]
    [InlineData("softmax", "null")]
    [InlineData("softmax", "[]")]
    [InlineData("softmax", """{"temperature":0}""")]
    [InlineData("softmax", """{"temperature":-2}""")]
    [InlineData("softmax", """{"temperature":1e-9}""")]
    [InlineData("softmax", """{"temperature":1e9}""")]
    [InlineData("softmax", """{"temperature":1e999}""")]
    [InlineData("softmax", """{"temperature":"NaN"}""")]
    [InlineData("softmax", """{"thresholds":[1]}""")]
    [InlineData("softmax", """{"thresholds":[]}""")]
    [InlineData("values", "null")]
    [InlineData("values", """{"means":[1],"deviations":[]}""")]
    [InlineData("values", """{"means":[1],"deviations":[0]}""")]
    [InlineData("values", """{"means":[1],"deviations":[-1]}""")]
    [InlineData("values", """{"means":null,"deviations":[]}""")]
    public void WithSettings_ThatCannotBe_IsRefused(string identifier, string settings)
    {
        OutputReading reading = OutputReading.BuiltIn.Single(known => known.Identifier == identifier);

        Exception? refusal = Record.Exception(() => reading.WithSettings(JsonDocument.Parse(settings).RootElement));

        Assert.True(refusal is JsonException or ArgumentException, refusal?.ToString());
    }

    [Fact]
    public void Softmax_AtATemperature_DividesLogitsByIt()
    {
        OutputReading reading = new SoftmaxReading().WithSettings(((ITemperatureReading)new SoftmaxReading()).WithTemperature(2).Settings);

        Assert.Equal(1 / (1 + Math.Exp(-1.5)), reading.Read([1, 4], _names).Probability, 1e-12);
        Assert.Equal("""{"temperature":2}""", reading.Settings.GetRawText());
        Assert.Equal(JsonValueKind.Undefined, new SoftmaxReading().Settings.ValueKind);
    }

    [Fact]
    public void Softmax_WithThresholds_NamesNoClassBelowIts()
    {
        OutputReading reading = new SoftmaxReading().WithSettings(new SoftmaxReading().WithThresholds([0.5, 0.8]).Settings);

        Assert.Equal("ants", Assert.Single(reading.Read([1, 0], _names).Labels).Label);
        Assert.Empty(reading.Read([0, 1], _names).Labels);
        Assert.StartsWith("none of these; perhaps bees (73.1", reading.Read([0, 1], _names).ToString());
        Assert.Equal("bees", reading.Read([0, 1], _names).Label);
        Assert.Throws<InvalidOperationException>(() => reading.GetOutputCount(["ants", "bees", "wasps"]));
    }

    [Fact]
    public void Sigmoid_WithAThresholdForEachClass_NamesByThem()
    {
        var changed = (ITemperatureReading)new SigmoidReading(0.5).WithThresholds([0.9, 0.2]);
        OutputReading reading = new SigmoidReading(0.5).WithSettings(changed.WithTemperature(4).Settings);

        var prediction = Assert.IsType<MultiLabelPrediction>(reading.Read([4, -4], _names)); // 0.73 and 0.27

        Assert.Equal(["bees"], prediction.Labels.Select(score => score.Label));
        Assert.Equal((0.9, 0.2), (prediction.GetThreshold(0), prediction.GetThreshold(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => prediction.GetThreshold(2));
        Assert.Throws<ArgumentException>(() => new MultiLabelPrediction(_names, [0.1, 0.2], 0.1, 0.2, 0.3));
    }

    [Fact]
    public void Values_WithAScaleForAnotherNumberOfNames_AreRefused()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new ValueReading([1], [2]).GetOutputCount(_names));

        Assert.Equal("There are 1 means and deviations for 2 names.", failure.Message);
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Values_WithDeviationsThatCannotBe_SayThemAlikeInEveryCulture(string culture)
    {
        JsonElement settings = JsonDocument.Parse("""{"means":[1,2],"deviations":[0.5,-1.5]}""").RootElement;

        var failure = OtherCulture.Run(culture, () => Assert.Throws<ArgumentException>(() => new ValueReading().WithSettings(settings)));

        Assert.Equal("The deviations must be above 0; they are 0.5, -1.5.", failure.Message);
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Values_ThatAreTooLargeToLearn_AreSaidAlikeInEveryCulture(string culture)
    {
        InMemoryDataset images = InMemoryDataset.Of([new TargetImage(new byte[] { 1 }, Target.Values(-0.5, 1e300))], "one", "two");

        string problem = OtherCulture.Run(culture, () => LearningTask.Regression.FindProblems(new DatasetSplit(images, images)).First());

        Assert.Contains("has the numbers -0.5, 1E+300; they must", problem);
    }

    [Fact]
    public void Prediction_ByAnUnknownName_NamesThoseThatThereAre()
    {
        var prediction = new Prediction(_names, [0.25, 0.75]);

        Assert.Contains("ants, bees", Assert.Throws<KeyNotFoundException>(() => prediction["wasps"]).Message);
        Assert.Throws<ArgumentException>(() => new Prediction(_names, [1]));
    }
}
