using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Training;

public sealed class TrainerPrecisionTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Fit_InAGivenPrecision_SaysSoInTheResultAndInTheModelsCard(ComputePrecision precision)
    {
        using TrainingResult result = Builder().ComputeIn(precision).Build().Fit();

        Assert.Equal(precision, result.Precision);
        Assert.Equal(precision, result.Model.Metadata.Precision);
    }

    [Fact]
    public void Fit_InBFloat16_LearnsAndPredictsInFloat32()
    {
        using TrainingResult result = Builder(epochs: 10).ComputeIn(ComputePrecision.BFloat16).Build().Fit();

        Assert.True(result.Best.Validation["accuracy"] >= 0.9, $"accuracy {result.Best.Validation["accuracy"]}");
        Assert.Equal("green", result.Model.Predict(ToyImages.Encoded(classIndex: 1, new Random(99))).Label);
        using var model = new MemoryStream();
        result.Model.Save(model);
        model.Position = 0;
        using Predictor loaded = Predictor.Load(model, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
        Assert.Equal(
            result.Model.Predict(ToyImages.Encoded(1, new Random(7))).Probabilities,
            loaded.Predict(ToyImages.Encoded(1, new Random(7))).Probabilities);
    }

    [Fact]
    public void Fit_InBFloat16OfANetworkThatCannot_NamesTheNetwork()
    {
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).ComputeIn(ComputePrecision.BFloat16).Build();

        Assert.Contains("small_network", Assert.Throws<InvalidOperationException>(() => trainer.Fit()).Message);
    }

    [Fact]
    public void Fit_OnAutoOfANetworkThatCannot_ComputesInFloat32()
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1).Build().Fit();

        Assert.Equal(ComputePrecision.Float32, result.Precision);
    }

    [Fact]
    public void Fit_WithOneTorchThread_SaysSoInEveryEpoch()
    {
        using TrainingResult result = Builder().RunOn(torchThreads: 1).Build().Fit();

        Assert.All(result.History, epoch => Assert.Equal(1, epoch.TorchThreads));
        Assert.Equal(1, result.Model.Metadata.TorchThreads);
    }

    [Fact]
    public void Load_InBFloat16_ScoresNearFloat32()
    {
        using TrainingResult result = Builder(epochs: 4).Build().Fit();
        using var model = new MemoryStream();
        result.Model.Save(model);
        model.Position = 0;
        byte[] image = ToyImages.Encoded(2, new Random(3));

        var options = new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained(), Precision = ComputePrecision.BFloat16 };
        using Predictor shortened = Predictor.Load(model, options).WarmUp();

        Assert.All(
            result.Model.Predict(image).Probabilities.Zip(shortened.Predict(image).Probabilities),
            pair => Assert.Equal(pair.First, pair.Second, 0.03));
    }

    private static TrainerBuilder Builder(int epochs = 2) =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split(trainingEach: 20)).For(epochs, batchSize: 8).Freeze(FreezePolicy.Nothing);
}
