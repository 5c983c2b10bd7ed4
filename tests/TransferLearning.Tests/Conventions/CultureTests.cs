using System.Globalization;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Conventions;

/// <summary>
/// Files, keys and messages do not depend on the culture. The tests run without ICU, which has no data of named cultures, so this
/// one is made by hand: it writes a comma where others write a point, and a minus sign of its own.
/// </summary>
public sealed class CultureTests
{
    [Fact]
    public void ModelFile_WrittenWhereNumbersHaveACommaForAPoint_IsTheSameAndReadable()
    {
        byte[] here = Fit();
        byte[] there = Abroad(Fit);
        IReadOnlyList<double> probabilities = Abroad(() => Predict(there));

        Assert.Equal(here, there);
        Assert.Equal(Predict(here), probabilities);
    }

    [Fact]
    public void Fingerprint_WhereNumbersHaveACommaForAPoint_IsTheSame()
    {
        static string? Fingerprint() => TransformPipeline.Empty
            .RandomResizedCrop(24, minimumArea: 0.25).RandomHorizontalFlip(0.25).RandomRotation(7.5).ColorJitter(0.1, 0.2, 0.3, 0.05)
            .Normalize(ChannelStatistics.ImageNet).Fingerprint;

        Assert.NotNull(Fingerprint());
        Assert.Equal(Fingerprint(), Abroad(Fingerprint));
    }

    [Fact]
    public void Error_WhereNumbersHaveACommaForAPoint_IsTheSame()
    {
        static string Message() => Assert.Throws<ArgumentOutOfRangeException>(() => Optimizers.Sgd(momentum: -1.5)).Message.Split('(')[0];

        Assert.Equal("Momentum is -1.5; it must be at least 0 and below 1. ", Abroad(Message));
    }

    private static byte[] Fit()
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 16)
            .Measure(Metric.Accuracy, Metric.MacroF1).RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32).Build().Fit();
        using var file = new MemoryStream();
        result.Model.Save(file);
        return file.ToArray();
    }

    private static IReadOnlyList<double> Predict(byte[] model)
    {
        using Predictor predictor = Predictor.Load(new MemoryStream(model), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
        return predictor.Predict(ToyImages.Encoded(1, new Random(5))).Probabilities;
    }

    private static T Abroad<T>(Func<T> work)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var abroad = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        abroad.NumberFormat.NumberDecimalSeparator = ",";
        abroad.NumberFormat.NumberGroupSeparator = ".";
        abroad.NumberFormat.NegativeSign = "\u2212";
        CultureInfo.CurrentCulture = abroad;
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
