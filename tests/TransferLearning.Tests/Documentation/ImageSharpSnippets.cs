using TransferLearning.Imaging;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippet of src/TransferLearning.ImageSharp/README.md.</summary>
internal static class ImageSharpSnippets
{
    public static void Decode()
    {
        var images = new ImageReader(new ImageSharpDecoder());
        Trainer trainer = Trainer.FineTune(Pretrained.ResNet18()).On(ImageFolder.Open("photos")).DecodeWith(images).Build();

        // The model file names its decoder; whoever loads the file supplies it.
        using Predictor predictor = Predictor.Load("photos.tlmodel", new PredictorOptions { Decoders = [new ImageSharpDecoder()] });
    }
}
