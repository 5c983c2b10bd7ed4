using System.Text.Json;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>Files in, logits out: decoding, preprocessing, reading weights and the network together, beside what PyTorch computed.</summary>
public sealed class RealWeightsOnPhotographsTests
{
    [SkippableFact]
    public void EfficientNetLite0_OnFourPhotographs_GivesPyTorchsLogits()
    {
        using JsonDocument reference = ReferenceData.RequireJson("reference/real_efficientnet_lite0.json");
        Dictionary<string, string> photographs = PhotographsOfThePixelReference();
        PretrainedBackbone pretrained = Pretrained.EfficientNetLite0()
            .WithWeights(ReferenceData.Require("weights/efficientnet_lite0-57934424.pth"), WeightsRename.ByOrder);
        using Backbone backbone = BackboneLoader.Open(pretrained, outputCount: null, seed: 0);
        backbone.Network.eval();
        using IDisposable noGradient = no_grad();

        // The reference's pixels are of the bilinear resize; the network's own preprocessing is bicubic.
        var preprocessing = new Preprocessing { Statistics = pretrained.Info.Preprocessing.Statistics };
        foreach (JsonProperty photograph in reference.RootElement.GetProperty("photographs").EnumerateObject())
        {
            using Tensor images = Photographs.Load(preprocessing, [photographs[photograph.Name]]);
            using Tensor logits = backbone.Forward(images);

            float[] found = logits.data<float>().ToArray();
            double tolerance = 1e-4 * photograph.Value.GetProperty("l2").GetDouble();
            Assert.All(
                photograph.Value.GetProperty("logits").EnumerateArray().Zip(found), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, tolerance));
            Assert.Equal(photograph.Value.GetProperty("argmax").GetInt32(), Array.IndexOf(found, found.Max()));
        }
    }

    [SkippableFact]
    public void MobileNetV2_OnSixteenPhotographs_NamesWhatPyTorchNames()
    {
        using JsonDocument reference = ReferenceData.RequireJson("reference/trajectory_mobilenet_v2.json");
        string[] photographs = [.. reference.RootElement.GetProperty("images").EnumerateArray()
            .Select(image => ReferenceData.Require($"data/{image.GetString()}"))];
        PretrainedBackbone pretrained = Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"));
        using Backbone backbone = BackboneLoader.Open(pretrained, outputCount: null, seed: 0);
        backbone.Network.eval();
        using IDisposable noGradient = no_grad();

        using Tensor images = Photographs.Load(new Preprocessing(), photographs);
        using Tensor logits = backbone.Forward(images);
        using Tensor names = logits.argmax(1);

        Assert.Equal(reference.RootElement.GetProperty("imagenet_top1").EnumerateArray().Select(name => name.GetInt64()), names.data<long>());
        float[] found = logits.data<float>().ToArray();
        int row = 0;
        foreach (JsonElement expected in reference.RootElement.GetProperty("imagenet_logits_first8").EnumerateArray())
        {
            Assert.All(expected.EnumerateArray().Zip(found.Skip(row * 1000)), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-3));
            row++;
        }
    }

    [SkippableFact]
    public void ExtractFeatures_OnAntsAndBees_IsRightNineTimesInTenAfterTwoEpochs()
    {
        DatasetSplit photographs = ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data")).SplitByFolder("train", "val");
        using var store = new TemporaryFolder();
        using TrainingResult result = Trainer
            .ExtractFeatures(Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth")))
            .On(photographs)
            .For(epochs: 2)
            .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = store.FullPath } })
            .RunOn(torchThreads: 1)
            .Build()
            .Fit();

        Assert.InRange(result.Best.Validation["accuracy"], 0.9, 1);
        Assert.Equal("bees", result.Model.Predict(ReferenceData.Require("data/hymenoptera_data/val/bees/10870992_eebeeb3a12.jpg")).Label);
    }

    [SkippableFact]
    public void FineTune_OnPhotographs_GivesTheSameModelWithOneWorkerAndWithFour()
    {
        string folder = ReferenceData.Require("data/hymenoptera_data");
        string weights = ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth");
        DatasetSplit all = ImageFolder.Open(folder).SplitByFolder("train", "val");
        var few = new DatasetSplit(Every(20, all.Training), Every(20, all.Validation));

        Assert.Equal(Model(workers: 1), Model(workers: 4));

        byte[] Model(int workers)
        {
            using TrainingResult result = Trainer
                .FineTune(Pretrained.MobileNetV2().WithWeights(weights))
                .On(few)
                .For(epochs: 2, batchSize: 4)
                .Freeze(FreezePolicy.Nothing)
                .RunOn(torchThreads: 1, workers: workers)
                .Build()
                .Fit();
            using var model = new MemoryStream();
            result.Model.Save(model);
            return model.ToArray();
        }
    }

    private static InMemoryDataset Every(int step, IDatasetSource source) => new(
        Enumerable.Range(0, source.Samples.Count)
            .Where(index => index % step == 0)
            .Select(index => new LabeledImage(source.Load(index), source.Classes[source.Samples[index].ClassIndex], source.Samples[index].Name)));

    private static Dictionary<string, string> PhotographsOfThePixelReference()
    {
        using JsonDocument pixels = ReferenceData.RequireJson("reference/pixels.json");
        return pixels.RootElement.EnumerateArray()
            .Select(entry => ReferenceData.Require($"data/{entry.GetProperty("image").GetString()}"))
            .ToDictionary(path => Path.GetFileName(path));
    }
}
