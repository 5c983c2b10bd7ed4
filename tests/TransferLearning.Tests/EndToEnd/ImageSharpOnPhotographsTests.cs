using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.EndToEnd;

/// <summary>The decoder of the package of its own, from files to weights and labels.</summary>
public sealed class ImageSharpOnPhotographsTests
{
    [Fact]
    public void Fit_OnPngImages_EndsAsWithSkia()
    {
        using TrainingResult skia = Fit(new SkiaImageDecoder());
        using TrainingResult imageSharp = Fit(new ImageSharpDecoder());

        byte[] image = ToyImages.Encoded(1, new Random(5));
        Assert.Equal(skia.History.Select(epoch => epoch.Training["loss"]), imageSharp.History.Select(epoch => epoch.Training["loss"]));
        Assert.Equal(skia.Model.Predict(image).Probabilities, imageSharp.Model.Predict(image).Probabilities);

        static TrainingResult Fit(IImageDecoder decoder) => Trainer.ExtractFeatures(SmallNetwork.Pretrained()).On(ToyImages.Split())
            .For(epochs: 2, batchSize: 8).Augment(images => images.RandomResizedCrop(16)).RunOn(torchThreads: 1).DecodeWith(new ImageReader(decoder)).Build().Fit();
    }

    [SkippableFact]
    public void MobileNetV2_OnPhotographs_NamesWhatItNamesWithSkia()
    {
        DatasetSplit data = DatasetSplit.Of(ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data")));
        string[] photographs = [.. data.Validation.Samples.Select(sample => sample.Name).Where((_, index) => index % 5 == 0)];
        PretrainedBackbone pretrained = Pretrained.MobileNetV2().WithWeights(ReferenceData.Require("weights/mobilenet_v2-dc10c9e4.pth"));
        using Backbone backbone = BackboneLoader.Open(pretrained, outputCount: null, seed: 0);
        backbone.Network.eval();
        using IDisposable noGradient = no_grad();

        int same = Labels(new SkiaImageDecoder()).Zip(Labels(new ImageSharpDecoder())).Count(pair => pair.First == pair.Second);

        Assert.InRange(same, photographs.Length * 9 / 10, photographs.Length);

        long[] Labels(IImageDecoder decoder)
        {
            using Tensor images = Photographs.Load(new Preprocessing(), photographs, decoder);
            using Tensor logits = backbone.Forward(images);
            using Tensor names = logits.argmax(1);
            return names.data<long>().ToArray();
        }
    }
}
