using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Predictions;
using TransferLearning.Training;

namespace TransferLearning.Tests.Internal;

public sealed class PrintableTextTests
{
    private const string Hostile = "ant\n\u001b[31mred\u202e";
    private const string Shown = "ant\\u000a\\u001b[31mred\\u202e";

    [Theory]
    [InlineData("ants and bees", "ants and bees")]
    [InlineData("Ameise über 蟻 🐜", "Ameise über 蟻 🐜")]
    [InlineData("a\r\nb\tc\0", "a\\u000d\\u000ab\\u0009c\\u0000")]
    [InlineData("\u009b1m \u2028\u2066", "\\u009b1m \\u2028\\u2066")]
    [InlineData(Hostile, Shown)]
    public void Of_AnyText_WritesWhatIsHiddenAsCodes(string text, string expected) => Assert.Equal(expected, PrintableText.Of(text));

    [Fact]
    public void Codes_OfAccents_TellsTheirFormsApart() => Assert.Equal("caf\\u00e9 cafe\\u0301", PrintableText.Codes("caf\u00e9 cafe\u0301"));

    [Fact]
    public void Texts_WithHostileNames_ShowThemAsCodes()
    {
        var confusion = new ConfusionMatrix([Hostile, "bee"]);
        confusion.Add(0, 1);

        Assert.All(
            [
                new Prediction([Hostile, "bee"], [0.9, 0.1]).ToString(),
                new MultiLabelPrediction([Hostile, "bee"], [0.9, 0.1]).ToString(),
                new ValuePrediction([Hostile], [0.9]).ToString(),
                new Sample(Hostile, 0).ToString(),
                confusion.ToString(),
                new ImageFormatException(Hostile, "torn").Message,
                new ModelFileException(Hostile, "is torn").Message,
                new SampleLoadException("ant", new IOException(Hostile)).Message,
                new TrainerConfigurationException([Hostile]).Message,
            ],
            text =>
            {
                Assert.Contains(Shown, text);
                Assert.DoesNotContain('\u001b', text);
            });
    }
}
