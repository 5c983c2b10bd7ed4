using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Freezing;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class StartingPointTests
{
    private static readonly StartingPointDecay _decay = new() { Strength = 0.5, HeadStrength = 0.2 };

    [Fact]
    public void Penalty_AwayFromTheStart_IsTheSquaredDistanceWithItsGradient()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        using var start = new StartingPoint(_decay, headIsSolved: false);
        new Freezer(backbone, FreezePolicy.Nothing, BatchNormMode.Frozen).Apply(epoch: 1);
        using (NewDisposeScope())
            Assert.Equal(0.1 * HeadSquare(backbone), start.Penalty(backbone).item<float>(), 1e-5);
        Move(backbone, 0.1f);

        using var scope = NewDisposeScope();
        Tensor penalty = start.Penalty(backbone);
        penalty.backward();

        long numbers = backbone.Network.named_parameters().Where(entry => !backbone.Info.IsHead(entry.name)).Sum(entry => entry.parameter.numel());
        Assert.Equal(0.25 * numbers * 0.01 + 0.1 * HeadSquare(backbone), penalty.item<float>(), 1e-4);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in backbone.Network.named_parameters())
        {
            float[] gradient = parameter.grad!.contiguous().data<float>().ToArray();
            float[] values = parameter.detach().contiguous().data<float>().ToArray();
            Assert.All(gradient.Zip(values), pair => Assert.Equal(backbone.Info.IsHead(name) ? 0.2f * pair.Second : 0.5f * 0.1f, pair.First, 1e-5f));
        }
    }

    [Fact]
    public void Penalty_WithFrozenStages_LeavesThemOutAndStartsThemWhenTheyAreFreed()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        using var start = new StartingPoint(_decay, headIsSolved: false);
        var freezer = new Freezer(backbone, FreezePolicy.Backbone.ForEpochs(1), BatchNormMode.Frozen);
        using var scope = NewDisposeScope();

        freezer.Apply(epoch: 1);
        Assert.Equal(0.1 * HeadSquare(backbone), start.Penalty(backbone).item<float>(), 1e-5);
        freezer.Apply(epoch: 2);
        Assert.Equal(0.1 * HeadSquare(backbone), start.Penalty(backbone).item<float>(), 1e-5);
        Move(backbone, 0.1f);
        Assert.True(start.Penalty(backbone).item<float>() > 0.1 * HeadSquare(backbone) + 0.01);
    }

    [Fact]
    public void Penalty_OfASolvedHead_IsItsDistanceFromThere()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        using var start = new StartingPoint(_decay, headIsSolved: true);
        new Freezer(backbone, FreezePolicy.Backbone, BatchNormMode.Frozen).Apply(epoch: 1);
        using var scope = NewDisposeScope();
        Assert.Equal(0, start.Penalty(backbone).item<float>());

        using (no_grad())
            backbone.Network.named_parameters().Single(entry => entry.name == "fc.bias").parameter.add_(tensor(0.5f));

        Assert.Equal(0.1 * 2 * 0.25, start.Penalty(backbone).item<float>(), 1e-6);
    }

    [Fact]
    public void DecayTowardStart_FromASolvedHead_HoldsItThereRatherThanAtZero()
    {
        using TrainingResult result = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize: 8).RunOn(torchThreads: 1)
            .StartFromSolvedHead().OptimizeWith(Optimizers.Sgd(0.05, momentum: 0)).DecayTowardStart(strength: 0, headStrength: 10).Build().Fit();

        Assert.InRange(result.History[0].Validation[Metric.Loss], 0, 0.5);
        Assert.Equal(result.History[0].Validation[Metric.Loss], result.History[3].Validation[Metric.Loss], 0.1); // of zeros, it were ln 3
    }

    [Fact]
    public void DecayTowardStart_WithGreatStrength_KeepsTheBackboneNearItsStart()
    {
        double Distance(double strength)
        {
            TrainerBuilder builder = Builder(epochs: 8, Optimizers.Sgd(0.1, momentum: 0));
            if (strength > 0)
                builder.DecayTowardStart(strength, headStrength: 0);
            using TrainingResult result = builder.Build().Fit();
            using Backbone start = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: 3, seed: 0);
            using var file = new TemporaryFolder();
            result.Model.Save(file.File("end.tlmodel"));
            using TransferLearning.Formats.StateDict end = TransferLearning.Formats.Safetensors.Read(file.File("end.tlmodel"));
            using Tensor distance = (end["conv1.weight"] - start.Network.state_dict()["conv1.weight"]).norm();
            return distance.item<float>();
        }

        double free = Distance(0);
        double near = Distance(8);

        Assert.True(near < free / 2, $"{near} is not much nearer than {free}");
    }

    [Fact]
    public void DecayTowardStart_InAFit_ReportsTheLossWithoutThePenaltyAndRepeats()
    {
        using TrainingResult first = Builder().DecayTowardStart(strength: 1, headStrength: 1).StopAfter(steps: 1).Build().Fit();
        using TrainingResult again = Builder().DecayTowardStart(strength: 1, headStrength: 1).StopAfter(steps: 1).Build().Fit();
        using TrainingResult plain = Builder().StopAfter(steps: 1).Build().Fit();

        Assert.Equal(plain.History[0].Training[Metric.Loss], first.History[0].Training[Metric.Loss]);
        Assert.NotEqual(plain.History[0].Validation[Metric.Loss], first.History[0].Validation[Metric.Loss]); // the head decays
        Assert.Equal(again.History[0].Validation, first.History[0].Validation);
    }

    [Fact]
    public void Build_WithWeightDecayToo_IsRefused()
    {
        TrainerBuilder builder = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).OptimizeWith(Optimizers.AdamW()).DecayTowardStart();

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(["Decay toward the pretrained weights takes the place of weight decay toward 0, which is 0.01: set WeightDecay to 0."], failure.Problems);
        Assert.Throws<ArgumentOutOfRangeException>("Strength", () => new StartingPointDecay { Strength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("HeadStrength", () => new StartingPointDecay { HeadStrength = double.NaN });
    }

    private static TrainerBuilder Builder(int epochs = 3, TransferLearning.Optimization.SgdOptions? optimizer = null) =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs, batchSize: 8)
        .RunOn(torchThreads: 1).Freeze(FreezePolicy.Nothing).ComputeIn(ComputePrecision.Float32).GroupParameters(new())
        .OptimizeWith(optimizer ?? Optimizers.Sgd(learningRate: 0.05));

    private static void Move(Backbone backbone, float by)
    {
        using IDisposable noGradient = no_grad();
        using Tensor step = tensor(by);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in backbone.Network.named_parameters())
        {
            if (!backbone.Info.IsHead(name))
                parameter.add_(step);
        }
    }

    private static double HeadSquare(Backbone backbone)
    {
        double sum = 0;
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in backbone.Network.named_parameters().Where(entry => backbone.Info.IsHead(entry.name)))
        {
            using Tensor square = parameter.detach().square().sum();
            sum += square.item<float>();
        }
        return sum;
    }
}
