using System.Text.Json;
using TorchSharp.Modules;
using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Optimization;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>Eight training steps on photographs, from real weights, beside the losses that PyTorch had.</summary>
public sealed class TrajectoryTests
{
    private const double Tolerance = 2e-3;

    [SkippableTheory]
    [InlineData("fixed_frozen_bn")]
    [InlineData("fixed_train_bn")]
    [InlineData("full_frozen_bn")]
    [InlineData("full_train_bn")]
    public void EightSteps_FromRealWeights_LoseWhatPyTorchLost(string mode)
    {
        using JsonDocument reference = ReferenceData.RequireJson("reference/trajectory_mobilenet_v2.json");
        using Backbone backbone = OpenBackbone();
        using Tensor photographs = LoadPhotographs(reference);
        using Tensor labels = tensor(Numbers(reference.RootElement.GetProperty("labels"), item => item.GetInt64()));
        long[][] batches = [.. reference.RootElement.GetProperty("batches").EnumerateArray().Select(batch => Numbers(batch, item => item.GetInt64()))];

        IEnumerable<double> losses = Train(mode, backbone, photographs, labels, batches);

        double[] expected = Numbers(reference.RootElement.GetProperty(mode).GetProperty("losses"), item => item.GetDouble());
        Assert.All(losses.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, Tolerance));

        // Training all layers magnifies rounding: a change of the input by one part in a million moves these logits by 0.2.
        if (!mode.StartsWith("fixed"))
            return;
        backbone.Network.eval();
        using IDisposable noGradient = no_grad();
        using Tensor logits = backbone.Forward(photographs[..4]);
        double[] expectedLogits = [.. reference.RootElement.GetProperty(mode).GetProperty("final_logits").EnumerateArray()
            .SelectMany(row => Numbers(row, item => item.GetDouble()))];
        Assert.All(logits.data<float>().Zip(expectedLogits), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    private static Backbone OpenBackbone()
    {
        PretrainedBackbone pretrained = Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"));
        Backbone backbone = BackboneLoader.Open(pretrained, outputCount: 2, seed: 0);
        using IDisposable noGradient = no_grad();
        using Tensor weight = FilledWeights.For("head.weight", 2, 1280), bias = FilledWeights.For("head.bias", 2);
        backbone.HeadWeight.copy_(weight);
        backbone.HeadBias!.copy_(bias);
        return backbone;
    }

    private static List<double> Train(string mode, Backbone backbone, Tensor photographs, Tensor labels, long[][] batches)
    {
        bool headOnly = mode.StartsWith("fixed");
        BatchNormMode batchNorm = mode.EndsWith("frozen_bn") ? BatchNormMode.Frozen : BatchNormMode.Trained;
        var freezer = new Freezer(backbone, headOnly ? FreezePolicy.Backbone : FreezePolicy.Nothing, batchNorm);
        using Optimizer optimizer = Optimizers.Sgd(learningRate: headOnly ? 0.01 : 0.001, momentum: 0.9).Create();
        optimizer.SetGroups([new ParameterGroup("all", freezer.Apply(epoch: 1))]);
        freezer.EnterTraining(epoch: 1);
        foreach (nn.Module layer in backbone.Network.modules())
        {
            if (layer is KeyedDropout)
                layer.eval(); // the reference has none
            else if (mode == "fixed_train_bn" && layer is BatchNorm)
                layer.train(); // the tutorial's own slip: its frozen network still drifts
        }

        ILoss crossEntropy = Losses.CrossEntropy();
        var losses = new List<double>();
        for (int step = 0; step < 8; step++)
        {
            using var scope = NewDisposeScope();
            Tensor batch = tensor(batches[step % 2]);
            Tensor output = backbone.Forward(photographs.index_select(0, batch));
            Tensor loss = crossEntropy.Compute(new LossContext { Output = output, Targets = labels.index_select(0, batch) });
            losses.Add(loss.item<float>());
            optimizer.ZeroGradients();
            loss.backward();
            optimizer.Step(headOnly ? 0.01 : 0.001);
        }
        return losses;
    }

    private static Tensor LoadPhotographs(JsonDocument reference)
    {
        string[] paths = Numbers(reference.RootElement.GetProperty("images"), item => ReferenceData.Require($"data/{item.GetString()}"));
        Tensor photographs = Photographs.Load(new Preprocessing(), paths);

        using Tensor means = photographs.mean([1, 2, 3]);
        double[] expected = Numbers(reference.RootElement.GetProperty("input_mean"), item => item.GetDouble());
        Assert.All(means.data<float>().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
        return photographs;
    }

    private static T[] Numbers<T>(JsonElement array, Func<JsonElement, T> read) => [.. array.EnumerateArray().Select(read)];
}
