using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Tests.Freezing;

namespace TransferLearning.Tests.Optimization;

public sealed class ParameterGroupingTests : IDisposable
{
    private readonly Backbone _backbone = TwoStageNetwork.Build();

    public void Dispose() => _backbone.Dispose();

    [Fact]
    public void Group_ByDefault_KeepsDecayOffNormsAndBiases()
    {
        IReadOnlyList<ParameterGroup> groups = Group(new ParameterGroupOptions());

        Assert.Equal(
            [
                "stem: conv1.weight", "stem, norms and biases: bn1.weight bn1.bias",
                "body: conv2.weight", "body, norms and biases: bn2.weight bn2.bias",
                "head: fc.weight", "head, norms and biases: fc.bias",
            ],
            groups.Select(group => $"{group.Name}: {string.Join(' ', group.Parameters.Select(entry => entry.Name))}"));
        Assert.Equal([null, 0, null, 0, null, 0], groups.Select(group => group.WeightDecay));
        Assert.All(groups, group => Assert.Equal(1, group.LearningRateScale));
    }

    [Fact]
    public void Group_DecayEverywhere_MakesOneGroupAStage()
    {
        IReadOnlyList<ParameterGroup> groups = Group(new ParameterGroupOptions { DecayNormAndBias = true });

        Assert.Equal(["stem", "body", "head"], groups.Select(group => group.Name));
        Assert.All(groups, group => Assert.Null(group.WeightDecay));
    }

    [Fact]
    public void Group_WithScales_SlowsStagesByTheirDistanceFromTheHead()
    {
        IReadOnlyList<ParameterGroup> groups = Group(new ParameterGroupOptions { BackboneScale = 0.1, LayerDecay = 0.5, DecayNormAndBias = true });

        Assert.Equal([0.05, 0.1, 1], groups.Select(group => group.LearningRateScale));
    }

    [Fact]
    public void Group_FrozenStages_LeaveNoEmptyGroupsAndDoNotShiftTheScales()
    {
        IReadOnlyList<ParameterGroup> groups = Group(new ParameterGroupOptions { LayerDecay = 0.5, DecayNormAndBias = true }, FreezePolicy.Stages("body"));

        Assert.Equal([("stem", 0.5), ("head", 1)], groups.Select(group => (group.Name, group.LearningRateScale)));
    }

    [Fact]
    public void Group_WithRatesByStage_PutsThemInPlaceOfTheOthers()
    {
        var byStage = new Dictionary<string, double> { ["stem"] = 0.3, ["head"] = 2 };

        IReadOnlyList<ParameterGroup> groups = Group(new ParameterGroupOptions { BackboneScale = 0.1, LayerDecay = 0.5, StageScales = byStage, DecayNormAndBias = true });

        Assert.Equal([("stem", 0.3), ("body", 0.1), ("head", 2)], groups.Select(group => (group.Name, group.LearningRateScale)));
    }

    [Fact]
    public void StageScales_OfBadValuesOrNames_AreRefused()
    {
        var negative = Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroupOptions { StageScales = new Dictionary<string, double> { ["stem"] = -1 } });
        string problem = Assert.Single(ParameterGrouping.FindProblems(
            _backbone.Info, new ParameterGroupOptions { StageScales = new Dictionary<string, double> { ["stern"] = 1, ["body"] = 1 } }));

        Assert.StartsWith("StageScales[\"stem\"] is -1; it must be a finite number of at least 0.", negative.Message);
        Assert.Equal("The learning rate of stage 'stern' is set, which small does not have. Did you mean 'stem'? Stages: stem, body, head.", problem);
    }

    private IReadOnlyList<ParameterGroup> Group(ParameterGroupOptions options, FreezePolicy? policy = null) =>
        ParameterGrouping.Group(_backbone.Info, new Freezer(_backbone, policy ?? FreezePolicy.Nothing, BatchNormMode.Trained).Apply(epoch: 1), options);
}
