using System.Numerics;

namespace TransferLearning.FeatureCache;

/// <summary>Which volumes to merge, so that a shelf filled batch by batch does not end as thousands of open files.</summary>
/// <remarks>
/// A tier holds the sizes within a factor of eight; eight volumes of one tier become one of the next. So a record is
/// written anew once a tier, rather than at every merge, and few volumes remain: at most seven a tier.
/// </remarks>
internal static class VolumeTiers
{
    public const int Merged = 8;

    private const int BitsPerTier = 3;
    private const long LargestMerge = 1L << 28;

    /// <summary>Volumes to merge, the smallest first; null where there are few enough.</summary>
    /// <remarks>What would take more than an eighth of the store's bound stays apart, for whole volumes are what is deleted.</remarks>
    public static IReadOnlyList<FileVolume>? ToMerge(IReadOnlyList<FileVolume> volumes, long maximumBytes) => volumes
        .GroupBy(volume => BitOperations.Log2((ulong)volume.Length) / BitsPerTier)
        .OrderBy(tier => tier.Key)
        .Select(tier => tier.Take(Merged).ToList())
        .FirstOrDefault(tier => tier.Count == Merged && tier.Sum(volume => volume.Length) <= Math.Min(LargestMerge, maximumBytes / 8));
}
