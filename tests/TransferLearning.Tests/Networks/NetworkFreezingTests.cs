using TorchSharp.Modules;
using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>What freezing does to every built-in network.</summary>
public sealed class NetworkFreezingTests
{
    private const int Side = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Apply_Backbone_LeavesTheHeadAloneToTrain(string name)
    {
        using Backbone backbone = BuiltForSide.Open(name, Side);

        new Freezer(backbone, FreezePolicy.Backbone, BatchNormMode.Trained).Apply(epoch: 1);

        Parameter[] head = [.. backbone.HeadLayer.parameters()];
        Assert.Equal(head, backbone.Network.parameters().Where(parameter => parameter.requires_grad));
    }

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void EnterTraining_UpToAnyStage_HoldsItsLayersAndAllBefore(string name)
    {
        using Backbone backbone = BuiltForSide.Open(name, Side);
        for (int last = 0; last < backbone.HeadStage; last++)
        {
            var freezer = new Freezer(backbone, FreezePolicy.UpTo(backbone.Info.Stages[last].Name), BatchNormMode.Trained);

            freezer.Apply(epoch: 1);
            freezer.EnterTraining(epoch: 1);

            Assert.All(backbone.Network.named_parameters(), entry => Assert.Equal(StageOf(backbone, entry.name) > last, entry.parameter.requires_grad));
            Assert.All(BatchNorms(backbone), entry => Assert.Equal(StageOf(backbone, entry.name) > last, entry.module.training));
        }
    }

    // From the last stage to the first, so that each is frozen until it is freed, and one copy of the weights serves all steps.
    // Of each family one will do: which layers are frozen is held above for the others.
    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void Steps_UpToEverEarlierStages_ChangeWhatIsFreeAndNothingElse(string name)
    {
        using var scope = NewDisposeScope();
        using Backbone backbone = DrawnWeights.Open(name, Side);
        backbone.ReplaceHead(3, new RandomStream(seed: 1));
        Dictionary<string, Tensor> before = backbone.Network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        using Optimizer optimizer = new SgdOptions { LearningRate = 0.01, Momentum = 0, WeightDecay = 0.1, MaxGradientNorm = 1 }.Create();

        for (int last = backbone.HeadStage - 1; last >= 0; last--)
        {
            Step(backbone, FreezePolicy.UpTo(backbone.Info.Stages[last].Name), optimizer);

            AssertChangedBehind(last, backbone, before);
        }
    }

    private static void Step(Backbone backbone, FreezePolicy policy, Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var freezer = new Freezer(backbone, policy, BatchNormMode.Trained);
        IReadOnlyList<(string Name, Parameter Parameter)> free = freezer.Apply(epoch: 1);
        optimizer.SetGroups([new ParameterGroup("all", free)]);
        freezer.EnterTraining(epoch: 1);
        optimizer.ZeroGradients();
        Tensor images = FilledWeights.Input(backbone.Info.Preprocessing.CropTo).repeat(2, 1, 1, 1);

        nn.functional.cross_entropy(backbone.Forward(images), tensor(new long[] { 0, 2 })).backward();
        optimizer.Step(0.01);

        Stage auxiliary = AuxiliaryHeads.Of(backbone);
        Assert.All(free.Where(entry => !auxiliary.Covers(entry.Name)), entry => Assert.True(entry.Parameter.grad is not null, $"{entry.Name} has no gradient"));
    }

    private static void AssertChangedBehind(int lastFrozen, Backbone backbone, Dictionary<string, Tensor> before)
    {
        using var scope = NewDisposeScope();
        Stage auxiliary = AuxiliaryHeads.Of(backbone);
        foreach ((string key, Tensor now) in backbone.Network.state_dict())
        {
            bool stands = StageOf(backbone, key) <= lastFrozen || auxiliary.Covers(key) || !Learns(backbone, key);
            Assert.True(now.bytes.SequenceEqual(before[key].bytes) == stands, $"{key} {(stands ? "has changed" : "is as before")}, frozen up to {backbone.Info.Stages[lastFrozen].Name}");
        }
    }

    private static bool Learns(Backbone backbone, string key) =>
        backbone.Network.named_parameters().Any(entry => entry.name == key) || key.Contains(".running_") || key.EndsWith(".num_batches_tracked");

    private static IEnumerable<(string name, nn.Module module)> BatchNorms(Backbone backbone) => backbone.Network.named_modules().Where(entry => entry.module is BatchNorm);

    private static int StageOf(Backbone backbone, string name) => backbone.Info.Stages.TakeWhile(stage => stage != backbone.Info.StageOf(name)).Count();
}
