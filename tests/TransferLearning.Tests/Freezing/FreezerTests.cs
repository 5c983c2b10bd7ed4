using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Freezing;

public sealed class FreezerTests : IDisposable
{
    private readonly Backbone _backbone = TwoStageNetwork.Build();

    public void Dispose() => _backbone.Dispose();

    [Fact]
    public void Apply_BackboneForEpochsOne_TrainsTheHeadThenEverything()
    {
        var freezer = new Freezer(_backbone, FreezePolicy.Backbone.ForEpochs(1), BatchNormMode.Trained);

        Assert.Equal(["fc.weight", "fc.bias"], freezer.Apply(epoch: 1).Select(entry => entry.Name));
        Assert.Equal(["fc.weight", "fc.bias"], RequiringGradient());
        Assert.Equal(TwoStageNetwork.ParameterNames, freezer.Apply(epoch: 2).Select(entry => entry.Name));
        Assert.Equal(TwoStageNetwork.ParameterNames, RequiringGradient());
    }

    [Fact]
    public void Apply_NewlyFrozenParameter_DropsItsGradientOnly()
    {
        new Freezer(_backbone, FreezePolicy.Nothing, BatchNormMode.Trained).Apply(epoch: 1);
        Backward();

        new Freezer(_backbone, FreezePolicy.Stages("stem"), BatchNormMode.Trained).Apply(epoch: 1);

        string[] withGradient = [.. _backbone.Network.named_parameters().Where(entry => entry.parameter.grad is not null).Select(entry => entry.name)];
        Assert.Equal(["conv2.weight", "bn2.weight", "bn2.bias", "fc.weight", "fc.bias"], withGradient);
    }

    [Fact]
    public void Training_FrozenStem_LeavesItsStateBitUnchangedAndTrainsTheRest()
    {
        Dictionary<string, string> changed = TrainThreeSteps(FreezePolicy.Stages("stem"), BatchNormMode.Trained);

        Assert.All(changed.Where(entry => entry.Key.StartsWith("conv1") || entry.Key.StartsWith("bn1")), entry => Assert.Equal("same", entry.Value));
        Assert.All(changed.Where(entry => !entry.Key.StartsWith("conv1") && !entry.Key.StartsWith("bn1")), entry => Assert.Equal("changed", entry.Value));
        Assert.Equal(14, changed.Count);
    }

    [Fact]
    public void Training_FrozenBatchNorm_KeepsStatisticsButTrainsScaleAndShift()
    {
        Dictionary<string, string> changed = TrainThreeSteps(FreezePolicy.Nothing, BatchNormMode.Frozen);

        string[] same = [.. changed.Where(entry => entry.Value == "same").Select(entry => entry.Key).Order()];
        Assert.Equal(
            ["bn1.num_batches_tracked", "bn1.running_mean", "bn1.running_var", "bn2.num_batches_tracked", "bn2.running_mean", "bn2.running_var"],
            same);
    }

    [Fact]
    public void EnterTraining_PartlyFrozenBatchNorm_StillLearnsStatistics()
    {
        new Freezer(_backbone, FreezePolicy.Matching("bn1.bias"), BatchNormMode.Trained).EnterTraining(epoch: 1);

        Assert.True(Layer("bn1").training);
    }

    [Theory]
    [InlineData("body", false)]
    [InlineData("head", true)]
    public void EnterTraining_BatchNormWithoutParameters_FollowsItsStage(string frozenStage, bool training)
    {
        nn.Module<Tensor, Tensor> layer = nn.BatchNorm2d(3, affine: false);
        using var backbone = new Backbone(
            nn.Sequential(("conv", nn.Conv2d(3, 3, 1)), ("bn", layer), ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("fc", nn.Linear(3, 2))),
            TwoStageNetwork.Info with { FeatureSize = 3, Stages = [new Stage("body", "conv", "bn"), new Stage("head", "fc")] });

        new Freezer(backbone, FreezePolicy.Stages(frozenStage), BatchNormMode.Trained).EnterTraining(epoch: 1);

        Assert.Equal(training, layer.training);
    }

    [Fact]
    public void EnterTraining_WhollyFrozenBackbone_LeavesDropoutActive()
    {
        var freezer = new Freezer(_backbone, FreezePolicy.Backbone, BatchNormMode.Trained);

        freezer.EnterTraining(epoch: 1);

        Assert.False(Layer("bn1").training);
        Assert.False(Layer("bn2").training);
        Assert.True(Layer("dropout").training);
    }

    [Fact]
    public void EnterTraining_AfterThaw_PutsBatchNormsBackIntoTraining()
    {
        var freezer = new Freezer(_backbone, FreezePolicy.Backbone.ForEpochs(1), BatchNormMode.Trained);
        freezer.EnterTraining(epoch: 1);

        freezer.EnterTraining(epoch: 2);

        Assert.True(Layer("bn1").training);
    }

    [Fact]
    public void EnterEvaluation_AfterTraining_PutsEveryLayerIntoEvaluation()
    {
        var freezer = new Freezer(_backbone, FreezePolicy.Nothing, BatchNormMode.Trained);
        freezer.EnterTraining(epoch: 1);

        freezer.EnterEvaluation();

        Assert.All(_backbone.Network.modules(), layer => Assert.False(layer.training));
    }

    [Fact]
    public void Freezer_PolicyThatDoesNotFit_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Freezer(_backbone, FreezePolicy.UpTo("layer9"), BatchNormMode.Frozen));

    [Fact]
    public void Apply_PolicyThatFreezesAllLater_SaysTheEpoch()
    {
        var freezer = new Freezer(_backbone, new FreezeAllFromEpoch(3), BatchNormMode.Frozen);

        freezer.Apply(epoch: 2);
        var error = Assert.Throws<InvalidOperationException>(() => freezer.Apply(epoch: 3));

        Assert.Equal("The freeze policy freezes every parameter of small in epoch 3.", error.Message);
    }

    private nn.Module Layer(string name) => _backbone.Network.named_modules().Single(entry => entry.name == name).module;

    private string[] RequiringGradient() =>
        [.. _backbone.Network.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name)];

    private void Backward()
    {
        using var scope = NewDisposeScope();
        _backbone.Forward(FilledWeights.For("images", 8, 3, 6, 6)).square().sum().backward();
    }

    private Dictionary<string, string> TrainThreeSteps(FreezePolicy policy, BatchNormMode batchNorm)
    {
        Dictionary<string, byte[]> before = Snapshot();
        var freezer = new Freezer(_backbone, policy, batchNorm);
        using Optimizer optimizer = new SgdOptions { LearningRate = 0.01, WeightDecay = 0.1 }.Create();
        optimizer.SetGroups([new ParameterGroup("all", freezer.Apply(epoch: 1))]);
        freezer.EnterTraining(epoch: 1);
        for (int step = 0; step < 3; step++)
        {
            optimizer.ZeroGradients();
            Backward();
            optimizer.Step(0.01);
        }

        Dictionary<string, byte[]> after = Snapshot();
        return before.ToDictionary(entry => entry.Key, entry => entry.Value.SequenceEqual(after[entry.Key]) ? "same" : "changed");
    }

    private Dictionary<string, byte[]> Snapshot() =>
        _backbone.Network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());

    private sealed record FreezeAllFromEpoch(int First) : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => epoch >= First;
    }
}
