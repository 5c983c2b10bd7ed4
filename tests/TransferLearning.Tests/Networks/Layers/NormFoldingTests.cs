using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class NormFoldingTests : IDisposable
{
    private readonly Convolution2d _convolution = new(4, 6, kernel: 3);
    private readonly BatchNormalization _norm;
    private readonly Chain _chain;

    public NormFoldingTests()
    {
        _norm = new BatchNormalization(_convolution, epsilon: 1e-3);
        _chain = new Chain(_convolution, _norm);
        FilledWeights.Fill(_chain);
        _chain.eval();
    }

    [Fact]
    public void Fold_WithWeightsHeld_EqualsTheTwoLayersToRounding()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor input = Input();
        Tensor apart = _chain.call(input);

        using HeldWeights held = Hold(WeightsHeld.All);
        Tensor folded = _chain.call(input);

        Assert.True(LargestDifference(apart, folded) < 1e-5 * LargestDifference(apart, zeros_like(apart)));
        Assert.NotEqual(apart.data<float>().ToArray(), folded.data<float>().ToArray()); // it did fold
    }

    [Fact]
    public void Fold_WhenTheHoldEnds_SeesChangedWeightsAgain()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor input = Input();
        using (Hold(WeightsHeld.All))
            _chain.call(input);

        _convolution.weight.zero_();
        using HeldWeights held = Hold(WeightsHeld.All);
        Tensor output = _chain.call(input);

        Tensor shiftAlone = _norm.bias!.sub(_norm.running_mean!.div(_norm.running_var!.add(1e-3).sqrt()).mul(_norm.weight!));
        Assert.True(LargestDifference(output, shiftAlone.view(1, -1, 1, 1).expand_as(output)) < 1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fold_HoldingFrozenWeights_LeavesThoseThatLearnAlone(bool frozen)
    {
        using var scope = NewDisposeScope();
        foreach (Parameter parameter in _chain.parameters())
            parameter.requires_grad = !frozen;
        Tensor input = Input();
        Tensor apart = _chain.call(input);

        using HeldWeights held = Hold(WeightsHeld.Frozen);
        Tensor output = _chain.call(input);

        Assert.Equal(!frozen, apart.data<float>().ToArray().SequenceEqual(output.data<float>().ToArray()));
    }

    [Fact]
    public void Fold_WhileStatisticsAreTrained_DoesNothing()
    {
        using var scope = NewDisposeScope();
        _chain.train();
        Tensor before = _norm.running_mean!.clone();

        using HeldWeights held = Hold(WeightsHeld.All);
        _chain.call(Input());

        Assert.NotEqual(before.data<float>().ToArray(), _norm.running_mean!.data<float>().ToArray());
    }

    [Fact]
    public void Fold_InBFloat16_GivesEveryParameterTheGradientThatFloat32Gives()
    {
        using var scope = NewDisposeScope();
        Tensor input = Input();
        Dictionary<string, Tensor> exact = Gradients(input);

        Dictionary<string, Tensor> folded = Gradients(input.to(ScalarType.BFloat16));

        foreach ((string name, Tensor gradient) in exact)
        {
            Assert.Equal(ScalarType.Float32, folded[name].dtype);
            double scale = LargestDifference(gradient, zeros_like(gradient));
            Assert.True(LargestDifference(gradient, folded[name]) < 0.02 * scale, $"{name}: {LargestDifference(gradient, folded[name])} of {scale}");
        }
    }

    [Fact]
    public void Fold_WithAHookInBetween_LetsItSeeAndChangeWhatTheConvolutionGaveByItself()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor input = Input();
        Tensor expected = _norm.forward(_convolution.forward(input).mul(2));
        _convolution.register_forward_hook((_, _, output) => output.mul(2));

        using HeldWeights held = Hold(WeightsHeld.All);

        Assert.Equal(expected.data<float>().ToArray(), _chain.call(input).data<float>().ToArray());
    }

    [Theory]
    [InlineData(true, ScalarType.Float32)]
    [InlineData(false, ScalarType.BFloat16)]
    public void Fold_InAContainerThatDisposesEveryInput_GivesATensorOfTheCallers(bool hold, ScalarType format)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Sequential container = nn.Sequential(("convolution", _convolution), ("norm", _norm));
        Tensor input = Input().to(format);

        using HeldWeights held = Hold(hold ? WeightsHeld.All : WeightsHeld.None);

        Assert.Equal(_chain.call(input).to(ScalarType.Float32).data<float>().ToArray(), container.call(input).to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void Fold_AfterAPassThatWasCutShort_IsAsBefore()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor input = Input();
        using HeldWeights held = Hold(WeightsHeld.All);
        Tensor expected = _chain.call(input);

        _convolution.call(input);     // and nothing behind it

        Assert.Equal(expected.data<float>().ToArray(), _chain.call(input).data<float>().ToArray());
    }

    public void Dispose() => _chain.Dispose();

    private Dictionary<string, Tensor> Gradients(Tensor input)
    {
        _chain.zero_grad();
        Tensor output = _chain.call(input);
        output.to(ScalarType.Float32).square().mean().backward();
        return _chain.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
    }

    private HeldWeights Hold(WeightsHeld weights)
    {
        _convolution.Folding!.Hold(weights);
        return new HeldWeights([_convolution.Folding]);
    }

    private static Tensor Input() => FilledWeights.Input(16).repeat(2, 2, 1, 1).slice(1, 0, 4, 1);

    private static double LargestDifference(Tensor one, Tensor other) => one.to(ScalarType.Float32).sub(other.to(ScalarType.Float32)).abs().max().item<float>();
}
