using TransferLearning.Freezing;
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
    public void ForEpochs_Three_HoldsInEpochsOneToThree()
    {
        FreezePolicy policy = FreezePolicy.Backbone.ForEpochs(3);

        Assert.Equal([6, 6, 6, 0, 0], Enumerable.Range(1, 5).Select(epoch => Frozen(policy, epoch).Length));
    }

    [Fact]
    public void And_TwoSchedules_FreezesTheUnion()
    {
        FreezePolicy policy = FreezePolicy.Stages("stem").ForEpochs(4).And(FreezePolicy.Stages("body").ForEpochs(2));

        Assert.Equal([6, 6, 3, 3, 0], Enumerable.Range(1, 5).Select(epoch => Frozen(policy, epoch).Length));
    }

    [Fact]
    public void ForEpochs_AroundASchedule_TheEarlierEnds()
    {
        FreezePolicy policy = FreezePolicy.Stages("stem").ForEpochs(5).ForEpochs(2);

        Assert.Equal([3, 3, 0, 0], Enumerable.Range(1, 4).Select(epoch => Frozen(policy, epoch).Length));
    }

    [Fact]
    public void Gradual_EveryTwoEpochs_UnfreezesAStageMoreFromTheHeadDown()
    {
        FreezePolicy policy = FreezePolicy.Gradual(epochsPerStage: 2);

        Assert.Equal([6, 6, 3, 3, 0, 0], Enumerable.Range(1, 6).Select(epoch => Frozen(policy, epoch).Length));
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias"], Frozen(policy, epoch: 3));
    }

    [Fact]
    public void Unfreeze_AtMilestones_FreesAStageAndAllAfterItFromThere()
    {
        FreezePolicy policy = FreezePolicy.Backbone.Unfreeze("body", atEpoch: 2).Unfreeze("stem", atEpoch: 4);

        Assert.Equal([6, 3, 3, 0], Enumerable.Range(1, 4).Select(epoch => Frozen(policy, epoch).Length));
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias"], Frozen(policy, epoch: 2));
        Assert.Equal(policy, FreezePolicy.Backbone.Unfreeze("body", 2).Unfreeze("stem", 4));
    }

    [Fact]
    public void Unfreeze_OfAnUnknownStage_IsAProblem() =>
        Assert.Equal(
            ["Freeze stage 'boby' is not a stage of small. Did you mean 'body'? Stages: stem, body, head."],
            Problems(FreezePolicy.Backbone.Unfreeze("boby", atEpoch: 2).ForEpochs(5)));

    [Fact]
    public void Policies_MadeAlike_AreEqual()
    {
        Assert.Equal(FreezePolicy.Stages("stem", "body").ForEpochs(2), FreezePolicy.Stages("stem", "body").ForEpochs(2));
        Assert.NotEqual(FreezePolicy.Stages("stem"), FreezePolicy.Stages("body"));
    }

    [Theory]
    [InlineData("layer9.*", "")]
    [InlineData("bm2.*", "Did you mean 'bn2.*'? ")]
    [InlineData("*.gamma", "")]
    public void Problems_PatternThatMatchesNothing_NamesThePatternAndTheStages(string pattern, string suggestion)
    {
        FreezePolicy policy = FreezePolicy.Stages("stem").And(FreezePolicy.Matching(pattern).ForEpochs(1));

        Assert.Equal([$"Freeze pattern '{pattern}' matches nothing in small. {suggestion}Stages: stem, body, head."], Problems(policy));
    }

    [Fact]
    public void Problems_SeveralUnknownNames_ListsThemAll()
    {
        FreezePolicy policy = FreezePolicy.Stages("stem", "boby").And(FreezePolicy.UpTo("heap")).And(FreezePolicy.Matching("?"));

        Assert.Equal(
            [
                "Freeze stage 'boby' is not a stage of small. Did you mean 'body'? Stages: stem, body, head.",
                "Freeze stage 'heap' is not a stage of small. Did you mean 'head'? Stages: stem, body, head.",
                "Freeze pattern '?' matches nothing in small. Stages: stem, body, head.",
            ],
            Problems(policy));
    }

    [Fact]
    public void Problems_NothingLeftToTrain_SaysSo()
    {
        FreezePolicy policy = FreezePolicy.Backbone.And(FreezePolicy.Stages("head").ForEpochs(1));

        Assert.Equal(["The freeze policy freezes every parameter of small in epoch 1. Leave at least the head, 'fc', trainable."], Problems(policy));
    }

    [Fact]
    public void Problems_OnlyTheHeadIsFrozen_AreNone() => Assert.Empty(Problems(FreezePolicy.Stages("head")));

    [Fact]
    public void Problems_AFittingPolicy_AreNone() =>
        Assert.Empty(Problems(
            FreezePolicy.UpTo("stem").And(FreezePolicy.Matching("*.bn*", "bn2.*").ForEpochs(2).And(FreezePolicy.Nothing)),
            [.. TwoStageNetwork.ParameterNames, "conv3.bn.weight"]));

    [Fact]
    public void Problems_OfStagesAlone_DoNotAskForTheParameters()
    {
        IEnumerable<string> unread = Enumerable.Range(0, 1).Select<int, string>(_ => throw new InvalidOperationException("The names were asked for."));

        Assert.Empty(Freezer.FindProblems(FreezePolicy.UpTo("body").ForEpochs(2).And(FreezePolicy.Backbone), _info, unread));
    }

    [Fact]
    public void Making_BadArguments_Throws()
    {
        Assert.Throws<ArgumentException>(() => FreezePolicy.Stages());
        Assert.Throws<ArgumentException>(() => FreezePolicy.Stages("stem", " "));
        Assert.Throws<ArgumentException>(() => FreezePolicy.Matching());
        Assert.Throws<ArgumentException>(() => FreezePolicy.UpTo(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => FreezePolicy.Backbone.ForEpochs(0));
        Assert.Throws<ArgumentOutOfRangeException>("epochsPerStage", () => FreezePolicy.Gradual(0));
        Assert.Throws<ArgumentOutOfRangeException>("atEpoch", () => FreezePolicy.Backbone.Unfreeze("body", 0));
        Assert.Throws<ArgumentException>("fromStage", () => FreezePolicy.Backbone.Unfreeze(" ", 1));
    }

    private static string[] Problems(FreezePolicy policy, string[]? parameterNames = null) =>
        Freezer.FindProblems(policy, _info, parameterNames ?? TwoStageNetwork.ParameterNames);

    private static string[] Frozen(FreezePolicy policy, int epoch = 1) =>
        [.. TwoStageNetwork.ParameterNames.Where(name => policy.Freezes(name, _info, epoch))];
}
