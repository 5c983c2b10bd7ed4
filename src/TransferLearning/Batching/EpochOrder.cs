using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>The samples of one epoch, in order: a function of source, sampler, seed and epoch.</summary>
/// <param name="Index">The index of the sample in the source.</param>
/// <param name="Repetition">How often the sample occurred in the epoch before.</param>
/// <param name="RandomIndex">The index that seeds its random transforms: the sample's index, or another one for each repetition of the sample.</param>
internal readonly record struct EpochOrder(int Index, int Repetition, int RandomIndex)
{
    /// <param name="samples">All samples.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="options">Sampler and seed.</param>
    /// <exception cref="InvalidOperationException">The sampler returned null, or chose a wrong number of samples, or an index out of range.</exception>
    public static EpochOrder[] Of(IReadOnlyList<Sample> samples, int epoch, BatchLoaderOptions options)
    {
        IReadOnlyList<int> chosen = options.Sampler.Choose(samples, new RandomStream(options.Seed, RandomPurpose.Order, epoch - 1))
            ?? throw new InvalidOperationException($"The sampler {options.Sampler.GetType().Name} returned null.");
        if (chosen.Count != samples.Count)
            throw new InvalidOperationException($"The sampler {options.Sampler.GetType().Name} chose {chosen.Count} samples; an epoch has {samples.Count}.");

        var times = new int[samples.Count];
        var order = new EpochOrder[samples.Count];
        for (int position = 0; position < order.Length; position++)
        {
            int index = chosen[position];
            if (index < 0 || index >= samples.Count)
            {
                throw new InvalidOperationException(
                    $"The sampler {options.Sampler.GetType().Name} chose the sample {index}; the samples are 0 to {samples.Count - 1}.");
            }
            int repetition = times[index]++;
            order[position] = new EpochOrder(index, repetition, unchecked(index + repetition * samples.Count));
        }
        return order;
    }
}
