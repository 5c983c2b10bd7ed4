using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>The head of a backbone, of any layers.</summary>
internal interface IBackboneHead
{
    /// <summary>From features to logits, [N, outputs].</summary>
    nn.Module<Tensor, Tensor> Layer { get; }

    /// <summary>The number of logits.</summary>
    int OutputCount { get; }

    /// <summary>Whether the stage of the head takes maps, [N, features, H, W], in place of one vector an image.</summary>
    bool TakesMaps { get; }

    /// <summary>Gives the head another number of outputs and fresh weights.</summary>
    void Replace(int outputCount, RandomStream random);

    /// <summary>Makes the head give what it takes, for good.</summary>
    void BecomeIdentity();

    /// <summary>The number of outputs of weights that are for such a head; null where they are not.</summary>
    /// <param name="shapeOf">The shape of a tensor by its name within the head; null where the weights lack it.</param>
    int? OutputCountIn(Func<string, long[]?> shapeOf);
}
