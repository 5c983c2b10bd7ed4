using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>Prediction as one would write it on TorchSharp alone: decode, forward without gradients, softmax, the most likely class.</summary>
internal sealed class BarePredictor : IDisposable
{
    private readonly Backbone _backbone;
    private readonly BareImage _images = new();

    public BarePredictor(PretrainedBackbone network, int classes)
    {
        _backbone = BackboneLoader.Open(network, classes, seed: 0);
        _backbone.Network.eval();
    }

    public int Predict(string path)
    {
        using var scope = NewDisposeScope();
        return MostLikely(_images.ForEvaluation(path).unsqueeze(0))[0];
    }

    public IEnumerable<int> PredictMany(IEnumerable<string> paths, int batchSize) => paths.Chunk(batchSize).SelectMany(PredictBatch);

    public void Dispose()
    {
        _images.Dispose();
        _backbone.Dispose();
    }

    private int[] PredictBatch(string[] paths)
    {
        using var scope = NewDisposeScope();
        return MostLikely(stack([.. paths.Select(_images.ForEvaluation)]));
    }

    private int[] MostLikely(Tensor images)
    {
        using IDisposable noGradient = no_grad();
        Tensor probabilities = nn.functional.softmax(_backbone.Network.forward(images), dim: 1);
        return [.. probabilities.argmax(1).data<long>().Select(index => (int)index)];
    }
}
