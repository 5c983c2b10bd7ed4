using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>What every built-in network keeps to, whatever its family.</summary>
public sealed class NetworkContractTests
{
    private const int SmallSide = 64;

    // What is added to activations or scales them, as it is: nothing that activations are multiplied by as a matrix or filtered by.
    private static readonly string[] _tables = ["class_token", "pos_embedding", "relative_position_bias_table", "layer_scale", "logit_scale"];

    [Theory]
    [MemberData(nameof(NetworkNames.All), MemberType = typeof(NetworkNames))]
    public void Stages_OverTheParametersInOrder_NeverGoBack(string name)
    {
        using Backbone backbone = BuiltForSide.Open(name, SmallSide);
        IReadOnlyList<Stage> stages = backbone.Info.Stages;

        int[] walk = [.. backbone.Network.named_parameters().Select(entry => stages.ToList().FindIndex(stage => stage.Covers(entry.name)))];

        Assert.Equal(walk.Order(), walk);
        Assert.Equal(Enumerable.Range(0, stages.Count), walk.Distinct());
        Assert.Equal("stem", stages[0].Name);
        Assert.Equal("head", stages[^1].Name);
        string[] head = backbone.HeadBias is null ? [$"{backbone.Info.Head}.weight"] : [$"{backbone.Info.Head}.weight", $"{backbone.Info.Head}.bias"];
        Assert.Equal(head, backbone.Network.named_parameters().Select(entry => entry.name).Where(stages[^1].Covers));
    }

    [Theory]
    [MemberData(nameof(NetworkNames.All), MemberType = typeof(NetworkNames))]
    public void Weights_OfEveryLayer_AreReadThroughOneProperty(string name)
    {
        using Backbone backbone = BuiltForSide.Open(name, SmallSide);
        HashSet<Parameter> read = new(backbone.Network.modules().OfType<IWeightedLayer>().Select(layer => layer.Weight), ReferenceEqualityComparer.Instance);

        IEnumerable<string> others = backbone.Network.named_parameters()
            .Where(entry => entry.parameter.dim() >= 2 && !read.Contains(entry.parameter) && !_tables.Contains(entry.name.Split('.')[^1]))
            .Select(entry => entry.name);

        Assert.Empty(others);
        Assert.IsType<IWeightedLayer>(backbone.HeadLayer, exactMatch: false);
    }

    [Theory]
    [MemberData(nameof(NetworkNames.All), MemberType = typeof(NetworkNames))]
    public void TrainingStep_OnSmallImages_ReachesEveryParameterAndLeavesNoTensorBehind(string name) => AssertStepReachesEveryParameter(name, SmallSide);

    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void TrainingStep_OnImagesOfItsOwnSize_ReachesEveryParameterAndLeavesNoTensorBehind(string name) => AssertStepReachesEveryParameter(name, BuiltForSide.OwnSide(name));

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Forward_InEvalAfterTraining_TakesAnotherSizeAndIsRepeatable(string name)
    {
        using Backbone backbone = DrawnWeights.Open(name, side: 160);
        backbone.Network.train();
        backbone.Network.eval();
        using var noGrad = no_grad();
        using Tensor images = Images(backbone);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using Tensor first = backbone.Network.call(images);     // not Forward, whose scope would hide a leak
        using Tensor second = backbone.Network.call(images);

        Assert.Equal(2, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
        Assert.Equal([1, 1000], first.shape);
        Assert.True(first.isfinite().all().item<bool>());
        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(NetworkNames.WithASmallestSide), MemberType = typeof(NetworkNames))]
    public void Forward_AroundTheSmallestSide_ComputesFromItOnAndNotBelow(string name)
    {
        using Backbone backbone = BuiltForSide.Open(name, SmallSide);
        backbone.Network.eval();
        using var noGrad = no_grad();
        using Tensor smallest = zeros(1, 3, backbone.Info.Sides.Smallest, backbone.Info.Sides.Smallest);
        using Tensor smaller = zeros(1, 3, backbone.Info.Sides.Smallest - 1, backbone.Info.Sides.Smallest - 1);

        using Tensor logits = backbone.Forward(smallest);

        Assert.Equal([1, 1000], logits.shape);
        Assert.ThrowsAny<ExternalException>(() => OwnThread.Run(() => backbone.Network.call(smaller)));     // not Forward, which asks the metadata
    }

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Dispose_AfterBuild_LeavesNoTensorBehind(string name)
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        BuiltForSide.Open(name, SmallSide).Dispose();

        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
    }

    private static void AssertStepReachesEveryParameter(string name, int side)
    {
        using Backbone backbone = BuiltForSide.Open(name, side);
        backbone.ReplaceHead(3, new RandomStream(seed: 1));
        using Tensor images = Images(backbone).repeat(2, 1, 1, 1);
        backbone.Network.train();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (Tensor logits = backbone.Network.call(images))     // not Forward, whose scope would hide a leak
        {
            Assert.Equal(1, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
            Assert.Equal([2, 3], logits.shape);
            using Tensor square = logits.square();
            using Tensor loss = square.sum();
            loss.backward();
        }

        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
        Stage auxiliary = AuxiliaryHeads.Of(backbone);
        foreach ((string parameterName, Parameter parameter) in backbone.Network.named_parameters())
        {
            using Tensor? gradient = parameter.grad;
            if (auxiliary.Covers(parameterName))
                Assert.True(gradient is null, $"{parameterName} takes part");
            else
                Assert.True(gradient is not null && gradient.shape.SequenceEqual(parameter.shape), $"{parameterName} has no gradient of its shape");
        }
    }

    private static Tensor Images(Backbone backbone) => FilledWeights.Input(backbone.Info.Preprocessing.CropTo);
}
