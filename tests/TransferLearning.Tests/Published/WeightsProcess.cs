using System.Diagnostics;
using System.Globalization;
using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published;

/// <summary>A fetch in a process of its own, with the options that the environment gives.</summary>
internal static class WeightsProcess
{
    private const string NoDeath = "never";

    /// <summary>Runs to its end; what it printed.</summary>
    /// <param name="folder">The store's.</param>
    /// <param name="source">What to fetch.</param>
    /// <param name="dieAfter">The process ends itself, with nothing cleaned up, when it has told of so many bytes.</param>
    /// <param name="environment">Variables to set.</param>
    public static async Task<string> Fetch(string folder, WeightsSource.Published source, long? dieAfter = null, params (string Name, string Value)[] environment)
    {
        string death = dieAfter?.ToString(CultureInfo.InvariantCulture) ?? NoDeath;
        (_, string output, string error) = await DotnetProcess.OfTheTests(
            ["weights", folder, source.Address.AbsoluteUri, source.Sha256Prefix, death],
            variables =>
            {
                foreach ((string name, string value) in environment)
                    variables[name] = value;
            });
        return output.Trim() + error;
    }

    /// <summary>What the process does; its last line is the path or the error.</summary>
    public static string Run(string folder, string address, string hash, string death)
    {
        var store = new WeightsStore(new WeightsStoreOptions { Folder = folder, HubFolder = null });
        var progress = new WatchedProgress(report =>
        {
            if (death != NoDeath && report.Received >= long.Parse(death, CultureInfo.InvariantCulture))
                Process.GetCurrentProcess().Kill();
        });
        try
        {
            return store.Fetch(new WeightsSource.Published(new Uri(address), hash), progress);
        }
        catch (WeightsUnavailableException error)
        {
            return error.Message;
        }
    }
}
