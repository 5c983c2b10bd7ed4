using TorchSharp;
using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Tests.Freezing;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

public sealed class OptimizerTests
{
    [Fact]
    public void Step_GroupsOfTheirOwn_ScaleTheRateAndReplaceTheDecay()
    {
        using LooseParameters slow = LooseParameters.Scalar(1);
        using LooseParameters plain = LooseParameters.Scalar(1);
        using Optimizer optimizer = new SgdOptions { Momentum = 0, WeightDecay = 1 }.Create();
        optimizer.SetGroups(
        [
            new ParameterGroup("slow", [("slow", slow["w"])]) { LearningRateScale = 0.1, WeightDecay = 0 },
            new ParameterGroup("plain", [("plain", plain["w"])]),
        ]);
        slow.SetGradient(2);
        plain.SetGradient(2);

        optimizer.Step(0.1);

        Assert.Equal(0.98f, slow.Value, 1e-6f); // 1 - 0.01 * 2
        Assert.Equal(0.7f, plain.Value, 1e-6f); // 1 - 0.1 (2 + 1)
    }

    [Fact]
    public void Step_ParameterWithoutGradient_StaysAsItIs()
    {
        using LooseParameters parameters = LooseParameters.Scalar(1);
        using Optimizer optimizer = new AdamWOptions { WeightDecay = 0.5 }.Create();
        optimizer.SetGroups([parameters.Group()]);

        optimizer.Step(0.1);

        Assert.Equal(1, parameters.Value);
        Assert.Equal(0, optimizer.GetState().Single(entry => entry.Name == "steps/w").Value.item<long>());
    }

    [Fact]
    public void ZeroGradients_AfterBackward_LeavesNone()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = Optimizers.Sgd().Create();
        optimizer.SetGroups([parameters.Group("fc.weight", "scale")]);
        parameters.FillGradients(0);

        optimizer.ZeroGradients();

        Assert.Null(parameters["fc.weight"].grad);
        Assert.Null(parameters["scale"].grad);
        Assert.NotNull(parameters["fc.bias"].grad); // not this optimizer's
    }

    [Fact]
    public void SetGroups_ParameterLeavesAndReturns_KeepsTheOthersStateAndStartsItAfresh()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = Optimizers.Sgd(momentum: 0.9).Create();
        optimizer.SetGroups([parameters.Group()]);
        parameters.FillGradients(0);
        optimizer.Step(0.1);
        float kept = Momentum(optimizer, "fc.weight");

        optimizer.SetGroups([parameters.Group("fc.weight")]);
        Assert.Equal(["momentum/fc.weight"], optimizer.GetState().Select(entry => entry.Name));
        optimizer.SetGroups([parameters.Group("scale", "fc.weight")]);

        Assert.NotEqual(0, kept);
        Assert.Equal(kept, Momentum(optimizer, "fc.weight"));
        Assert.Equal(0, Momentum(optimizer, "scale"));
    }

    [Fact]
    public void SetGroups_AfterANetworksThaw_KeepsTheHeadsMomentum()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        var freezer = new Freezer(backbone, FreezePolicy.Backbone.ForEpochs(1), BatchNormMode.Trained);
        using Optimizer optimizer = Optimizers.Sgd(momentum: 0.9).Create();
        optimizer.SetGroups(ParameterGrouping.Group(backbone.Info, freezer.Apply(epoch: 1), new ParameterGroupOptions()));
        using (NewDisposeScope())
            backbone.Forward(ones(2, 3, 6, 6)).sum().backward();
        optimizer.Step(0.1);
        float head = Momentum(optimizer, "fc.bias");

        optimizer.SetGroups(ParameterGrouping.Group(backbone.Info, freezer.Apply(epoch: 2), new ParameterGroupOptions { DecayNormAndBias = true }));

        Assert.Equal(4, head, 1e-6f); // two samples, each with a gradient of 1 to both logits
        Assert.Equal(head, Momentum(optimizer, "fc.bias"));
        Assert.Equal(0, Momentum(optimizer, "conv1.weight"));
    }

    [Fact]
    public void SetGroups_AnotherParameterOfTheSameName_StartsAfresh()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using LooseParameters replaced = LooseParameters.Mixed();
        using Optimizer optimizer = Optimizers.Sgd(momentum: 0.9).Create();
        optimizer.SetGroups([parameters.Group()]);
        parameters.FillGradients(0);
        optimizer.Step(0.1);

        optimizer.SetGroups([replaced.Group()]);

        Assert.Equal(0, Momentum(optimizer, "fc.weight"));
    }

    [Fact]
    public void SetGroups_NameTwice_Throws()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = Optimizers.Sgd().Create();

        var error = Assert.Throws<ArgumentException>(() => optimizer.SetGroups([parameters.Group(), parameters.Group("scale")]));

        Assert.StartsWith("Parameter 'scale' is in the groups 2 times; it must be there once.", error.Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Step_BadRate_Throws(double learningRate)
    {
        using Optimizer optimizer = Optimizers.Sgd().Create();

        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Step(learningRate));
    }

    [Theory]
    [InlineData(0.5, 0.3, 0.4)]  // joint norm 5: shortened to 0.5, direction kept
    [InlineData(10, 3, 4)]       // already shorter
    public void Step_WithMaxGradientNorm_ShortensTheJointGradient(double clipNorm, float first, float second)
    {
        using LooseParameters three = LooseParameters.Scalar(0);
        using LooseParameters four = LooseParameters.Scalar(0);
        using Optimizer optimizer = (Optimizers.Sgd(momentum: 0) with { MaxGradientNorm = clipNorm }).Create();
        optimizer.SetGroups([new ParameterGroup("a", [("three", three["w"])]), new ParameterGroup("b", [("four", four["w"])])]);
        three.SetGradient(3);
        four.SetGradient(4);

        optimizer.Step(1);

        Assert.Equal(-first, three.Value, 1e-6f);
        Assert.Equal(-second, four.Value, 1e-6f);
    }

    [Fact]
    public void ScaleGradients_AfterTwoBackwardPasses_StepsByTheirMean()
    {
        using LooseParameters parameters = LooseParameters.Scalar(1);
        using Optimizer optimizer = Optimizers.Sgd(momentum: 0).Create();
        optimizer.SetGroups([parameters.Group()]);
        foreach (float slope in new[] { 1f, 3f })
        {
            using Tensor factor = tensor(slope);
            using Tensor loss = parameters["w"] * factor;
            loss.backward();
        }

        optimizer.ScaleGradients(0.5);
        optimizer.Step(0.1);

        Assert.Equal(0.8f, parameters.Value, 1e-6f); // 1 - 0.1 (1 + 3) / 2
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.ScaleGradients(double.NaN));
    }

    [Theory]
    [MemberData(nameof(BothOptimizers))]
    public void Step_ManyTimes_LeaksNothingAndKeepsItsState(OptimizerOptions options)
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = options.Create();
        using (NewDisposeScope())
            optimizer.SetGroups([parameters.Group()]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int step = 0; step < 5; step++)
        {
            parameters.FillGradients(step);
            optimizer.Step(0.1);
            optimizer.ZeroGradients();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.All(optimizer.GetState(), entry => Assert.False(entry.Value.IsInvalid));
    }

    [Theory]
    [MemberData(nameof(BothOptimizers))]
    public void SetState_IntoAFreshOptimizer_GoesOnBitForBit(OptimizerOptions options)
    {
        using LooseParameters through = LooseParameters.Mixed();
        using Optimizer first = options.Create();
        first.SetGroups([through.Group()]);
        Run(first, through, from: 0, to: 3);

        using LooseParameters resumed = LooseParameters.Mixed();
        CopyValues(through, resumed);
        using Optimizer second = options.Create();
        second.SetGroups([resumed.Group()]);
        second.SetState(first.GetState());
        Run(first, through, from: 3, to: 6);
        Run(second, resumed, from: 3, to: 6);

        Assert.All(through.All, entry => Assert.Equal(entry.Parameter.bytes.ToArray(), resumed[entry.Name].bytes.ToArray()));
    }

    [Fact]
    public void SetState_ThatDoesNotFit_SaysWhatDiffersAndChangesNothing()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        using Optimizer optimizer = Optimizers.Sgd().Create();
        optimizer.SetGroups([parameters.Group("fc.bias", "scale")]);
        using Tensor bias = ones(5);
        using Tensor wrong = ones(1);
        using Tensor scale = tensor(1f);

        var missing = Assert.Throws<ArgumentException>(() => optimizer.SetState([("momentum/fc.bias", bias)]));
        var shape = Assert.Throws<ArgumentException>(() => optimizer.SetState([("momentum/fc.bias", bias), ("momentum/scale", wrong)]));
        var unknown = Assert.Throws<ArgumentException>(() =>
            optimizer.SetState([("momentum/fc.bias", bias), ("momentum/scale", scale), ("square/scale", scale)]));

        Assert.Contains("lacks 'momentum/scale'", missing.Message);
        Assert.Contains("holds 'momentum/scale' as Float32 [1]; it must be Float32 []", shape.Message);
        Assert.Contains("holds 'square/scale', which this optimizer does not keep", unknown.Message);
        Assert.Equal(0, Momentum(optimizer, "fc.bias"));
    }

    [Fact]
    public void Dispose_FreesTheStateAndNotTheParameters()
    {
        using LooseParameters parameters = LooseParameters.Mixed();
        Optimizer optimizer = Optimizers.AdamW().Create();
        optimizer.SetGroups([parameters.Group()]);
        Tensor[] state = [.. optimizer.GetState().Select(entry => entry.Value)];

        optimizer.Dispose();

        Assert.Equal(9, state.Length);
        Assert.All(state, tensor => Assert.True(tensor.IsInvalid));
        Assert.All(parameters.All, entry => Assert.False(entry.Parameter.IsInvalid));
    }

    public static TheoryData<OptimizerOptions> BothOptimizers { get; } =
        [Optimizers.Sgd(weightDecay: 0.1, nesterov: true) with { MaxGradientNorm = 1 }, Optimizers.AdamW()];

    private static float Momentum(Optimizer optimizer, string parameter)
    {
        using Tensor sum = optimizer.GetState().Single(entry => entry.Name == $"momentum/{parameter}").Value.abs().sum();
        return sum.item<float>();
    }

    private static void Run(Optimizer optimizer, LooseParameters parameters, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            parameters.FillGradients(step);
            optimizer.Step(0.1);
        }
    }

    private static void CopyValues(LooseParameters source, LooseParameters target)
    {
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in source.All.Select(entry => (entry.Name, (Tensor)entry.Parameter)))
            target[name].copy_(value);
    }
}
