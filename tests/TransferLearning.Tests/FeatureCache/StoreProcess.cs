using System.Globalization;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>A <see cref="StoreUser"/> in a process of its own.</summary>
internal static class StoreProcess
{
    /// <summary>Runs to its end; what it complained of, and what it failed with.</summary>
    public static async Task<string> Use(string directory, int seed)
    {
        (int exitCode, string output, string error) = await DotnetProcess.OfTheTests(
            ["features", directory, seed.ToString(CultureInfo.InvariantCulture)]);
        return output + error + (exitCode == 0 ? "" : $"Exit code {exitCode}.");
    }
}
