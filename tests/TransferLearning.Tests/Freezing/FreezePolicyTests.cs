using TransferLearning.Networks;

namespace TransferLearning.Tests.Freezing;

public sealed class FreezePolicyTests
{
    private static readonly BackboneInfo _info = TwoStageNetwork.Info;

    [Fact]
    public void Nothing_AnyEpoch_FreezesNothing() => Assert.Empty(Frozen(FreezePolicy.Nothing));

    [Fact]
    public void Backbone_AnyEpoch_FreezesAllButTheHead() =>
        Assert.Equal(TwoStageNetwork.ParameterNames.Except(["fc.weight", "fc.bias"]), Frozen(FreezePolicy.Backbone, epoch: 7));

    [Fact]
    public void Stages_SeveralNames_FreezesThoseOnly() =>
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias", "fc.weight", "fc.bias"], Frozen(FreezePolicy.Stages("stem", "head")));

    [Fact]
    public void UpTo_AStage_FreezesItAndAllBefore()
    {
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias"], Frozen(FreezePolicy.UpTo("stem")));
        Assert.Equal(Frozen(FreezePolicy.Backbone), Frozen(FreezePolicy.UpTo("body")));
    }

    [Theory]
    [InlineData("*.bias", "bn1.bias,bn2.bias,fc.bias")]
    [InlineData("bn?.weight", "bn1.weight,bn2.weight")]
    [InlineData("conv1.*", "conv1.weight")]
    [InlineData("conv1", "")]
    [InlineData("CONV1.*", "")]
    public void Matching_APattern_FreezesWholeNamesThatFit(string pattern, string expected) =>
        Assert.Equal(expected, string.Join(',', Frozen(FreezePolicy.Matching(pattern))));

    [Fact]
    public void ForEpochs_Three_HoldsInEpochsZeroToTwo()
    {
        FreezePolicy policy = FreezePolicy.Backbone.ForEpochs(3);

        Assert.Equal([6, 6, 6, 0, 0], Enumerable.Range(0, 5).Select(epoch => Frozen(policy, epoch).Length));
    }

    [Fact]
    public void And_TwoSchedules_FreezesTheUnion()
    {
        FreezePolicy policy = FreezePolicy.Stages("stem").ForEpochs(4).And(FreezePolicy.Stages("body").ForEpochs(2));

        Assert.Equal([6, 6, 3, 3, 0], Enumerable.Range(0, 5).Select(epoch => Frozen(policy, epoch).Length));
    }

    [Fact]
    public void ForEpochs_AroundASchedule_TheEarlierEnds()
    {
        FreezePolicy policy = FreezePolicy.Stages("stem").ForEpochs(5).ForEpochs(2);

        Assert.Equal([3, 3, 0, 0], Enumerable.Range(0, 4).Select(epoch => Frozen(policy, epoch).Length));
    }

    [Fact]
    public void Policies_MadeAlike_AreEqual()
    {
        Assert.Equal(FreezePolicy.Stages("stem", "body").ForEpochs(2), FreezePolicy.Stages("stem", "body").ForEpochs(2));
        Assert.NotEqual(FreezePolicy.Stages("stem"), FreezePolicy.Stages("body"));
    }

    [Fact]
    public void Validate_PatternThatMatchesNothing_NamesThePatternAndTheStages()
    {
        FreezePolicy policy = FreezePolicy.Stages("stem").And(FreezePolicy.Matching("layer9.*").ForEpochs(1));

        var error = Assert.Throws<ArgumentException>(() => policy.Validate(_info, TwoStageNetwork.ParameterNames));

        Assert.Equal("Freeze pattern 'layer9.*' matches nothing in small. Stages: stem, body, head.", error.Message);
    }

    [Fact]
    public void Validate_UnknownStage_NamesTheStages()
    {
        foreach (FreezePolicy policy in new[] { FreezePolicy.Stages("stem", "layer9"), FreezePolicy.UpTo("layer9") })
        {
            var error = Assert.Throws<ArgumentException>(() => policy.Validate(_info, TwoStageNetwork.ParameterNames));
            Assert.Equal("Freeze stage 'layer9' is no stage of small. Stages: stem, body, head.", error.Message);
        }
    }

    [Fact]
    public void Validate_NothingLeftToTrain_Throws()
    {
        FreezePolicy policy = FreezePolicy.Backbone.And(FreezePolicy.Stages("head").ForEpochs(1));

        var error = Assert.Throws<ArgumentException>(() => policy.Validate(_info, TwoStageNetwork.ParameterNames));

        Assert.Contains("leaves nothing of small to train in epoch 0", error.Message);
    }

    [Fact]
    public void Validate_AFittingPolicy_Passes() =>
        FreezePolicy.UpTo("stem").And(FreezePolicy.Matching("*.bn*", "bn2.*").ForEpochs(2).And(FreezePolicy.Nothing))
            .Validate(_info, [.. TwoStageNetwork.ParameterNames, "conv3.bn.weight"]);

    [Fact]
    public void Making_BadArguments_Throws()
    {
        Assert.Throws<ArgumentException>(() => FreezePolicy.Stages());
        Assert.Throws<ArgumentException>(() => FreezePolicy.Stages("stem", " "));
        Assert.Throws<ArgumentException>(() => FreezePolicy.Matching());
        Assert.Throws<ArgumentException>(() => FreezePolicy.UpTo(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => FreezePolicy.Backbone.ForEpochs(0));
    }

    private static string[] Frozen(FreezePolicy policy, int epoch = 0) =>
        [.. TwoStageNetwork.ParameterNames.Where(name => policy.Freezes(name, _info, epoch))];
}
