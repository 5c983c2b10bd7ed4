using TorchSharp;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>Every built-in network against what PyTorch computes with the same weights.</summary>
public sealed class NetworkParityTests
{
    public static TheoryData<string> Names => [.. Pretrained.Names];

    public static TheoryData<string> SteadyNames => [.. Pretrained.Names.Except(RoundingAmplifiers.InFloat32.Keys)];

    public static TheoryData<string, double> UnsteadyNames
    {
        get
        {
            var names = new TheoryData<string, double>();
            foreach ((string name, double leastCosine) in RoundingAmplifiers.InFloat32)
                names.Add(name, leastCosine);
            return names;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(SteadyNames))]
    public void Network_FilledByRule_AgreesWithPyTorch(string name)
    {
        ReferenceNetwork reference = ReferenceNetwork.Require(name);
        using Backbone backbone = BuiltForSide.Open(name, reference.InputSize);
        FilledWeights.Fill(backbone.Network, reference.NotFilled);
        backbone.Network.eval();
        using Tensor images = FilledWeights.Input(reference.InputSize);
        float[] features = [];
        long featureSize = 0;
        backbone.HeadLayer.register_forward_pre_hook((_, input) =>
        {
            features = input.data<float>().ToArray();
            featureSize = input.shape[1];
            return input;
        });

        using var noGrad = no_grad();
        using Tensor output = backbone.Forward(images);

        float[] logits = output.data<float>().ToArray();
        Assert.Equal([1, 1000], output.shape);
        reference.AssertLogits(logits);
        Assert.Equal(backbone.Info.FeatureSize, featureSize);
        if (reference.Features.Length > 0)
            reference.AssertFeatures(features);
    }

    [SkippableTheory]
    [MemberData(nameof(UnsteadyNames))]
    public void Network_ThatAmplifiesRounding_IsLikePyTorchsInFloat64(string name, double leastCosine)
    {
        ReferenceNetwork reference = ReferenceNetwork.Require(name);
        using Backbone backbone = BuiltForSide.Open(name, reference.InputSize);
        FilledWeights.Fill(backbone.Network);
        backbone.Network.eval();
        backbone.Network.to(ScalarType.Float64);
        backbone.HeadLayer.to(ScalarType.Float32);      // features are float32
        using Tensor images = FilledWeights.Input(reference.InputSize);
        using Tensor exactImages = images.to(ScalarType.Float64);

        using var noGrad = no_grad();
        using Tensor output = backbone.Network.call(exactImages);

        float[] logits = output.data<float>().ToArray();
        double[] listed = [.. logits.Take(reference.Logits.Length).Select(logit => (double)logit)];
        Assert.InRange(Norm(logits.Select(logit => (double)logit)), 0.8 * reference.LogitsNorm, 1.2 * reference.LogitsNorm);
        Assert.InRange(reference.Logits.Zip(listed, (one, other) => one * other).Sum() / Norm(reference.Logits) / Norm(listed), leastCosine, 1);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Network_AsBuilt_HasPyTorchsStateDict(string name)
    {
        ReferenceNetwork reference = ReferenceNetwork.Require(name);
        using Backbone backbone = BuiltForSide.Open(name, reference.InputSize);

        string[] stateDict = [.. backbone.Network.state_dict().Select(entry => $"{entry.Key} [{string.Join(",", entry.Value.shape)}]")];

        Assert.Equal(reference.StateDict.Order(StringComparer.Ordinal), stateDict.Order(StringComparer.Ordinal));
        Assert.Equal(reference.Parameters, backbone.Network.parameters().Sum(parameter => parameter.numel()));
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
