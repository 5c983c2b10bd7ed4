using TransferLearning.Randomness;

namespace TransferLearning.Backbones.Layers;

/// <summary>A layer that draws, in training, from a named sequence instead of torch's one generator for the whole process.</summary>
internal interface IKeyedRandom
{
    /// <summary>Names the sequence that the next draws come from.</summary>
    void Restart(RandomStream random);
}
