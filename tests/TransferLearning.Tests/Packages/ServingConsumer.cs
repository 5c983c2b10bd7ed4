namespace TransferLearning.Tests.Packages;

/// <summary>What an application does that serves an exported file and knows the package for it alone: see <see cref="PackageConsumer"/>.</summary>
public static class ServingConsumer
{
    public static string Run(string file, string image)
    {
        using OnnxPredictor predictor = OnnxPredictor.Load(file);
        return predictor.Predict(image).Label;
    }
}
