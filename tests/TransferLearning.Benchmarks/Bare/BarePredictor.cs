using TransferLearning.Backbones;
using TransferLearning.Weights;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>Prediction as one would write it on TorchSharp alone: decode, forward without gradients, softmax, the most likely class.</summary>
internal sealed class BarePredictor : IDisposable
{
    private readonly Backbone _backbone;
    private readonly BarePicture _pictures = new();

    public BarePredictor(PretrainedBackbone network, int classes)
    {
        _backbone = BackboneLoader.Open(network, classes, seed: 0);
        _backbone.Network.eval();
    }

    public int Predict(string path)
    {
        using var scope = NewDisposeScope();
        return MostLikely(_pictures.ForEvaluation(path).unsqueeze(0))[0];
    }

    public IEnumerable<int> PredictMany(IEnumerable<string> paths, int batchSize) => paths.Chunk(batchSize).SelectMany(PredictBatch);

    public void Dispose()
    {
        _pictures.Dispose();
        _backbone.Dispose();
    }

    private int[] PredictBatch(string[] paths)
    {
        using var scope = NewDisposeScope();
        return MostLikely(stack([.. paths.Select(_pictures.ForEvaluation)]));
    }

    private int[] MostLikely(Tensor images)
    {
        using IDisposable noGradient = no_grad();
        Tensor probabilities = nn.functional.softmax(_backbone.Network.forward(images), dim: 1);
        return [.. probabilities.argmax(1).data<long>().Select(index => (int)index)];
    }
}
