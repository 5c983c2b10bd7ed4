using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TransferLearning.Internal;
using TransferLearning.Published.Downloads;

namespace TransferLearning.Published;

/// <summary>Where published weights are kept and how they are fetched. Immutable.</summary>
public sealed record WeightsStoreOptions
{
    /// <summary>The folder that downloads go to.</summary>
    /// <value>
    /// "weights" in the folder that the environment variable TRANSFERLEARNING_CACHE names; where it is not set, in "transferlearning" of the
    /// user's cache folder.
    /// </value>
    public string Folder { get; init; } = CacheFolder.For("weights");

    /// <summary>PyTorch's own download folder: a file that is there is used, never changed.</summary>
    /// <value>"hub/checkpoints" in TORCH_HOME, or in "torch" of the user's cache folder; null looks nowhere.</value>
    public string? HubFolder { get; init; } = TorchHubFolder.Checkpoints;

    /// <summary>Makes no request: weights that are not there are an error, which says where to place them.</summary>
    /// <value>Whether the environment variable TRANSFERLEARNING_OFFLINE is 1 or true.</value>
    public bool Offline { get; init; } = DownloadVariables.IsOffline;

    /// <summary>
    /// Where files are fetched from in place of their published addresses: this address, a slash where it has none, and the published file's name.
    /// </summary>
    /// <value>
    /// An address of https, or of this machine, without user, query and fragment; null asks the published addresses. By
    /// default what the environment variable TRANSFERLEARNING_MIRROR says; a store refuses any other address.
    /// </value>
    public Uri? Mirror { get; init; } = DownloadVariables.MirrorAddress;

    /// <summary>
    /// Takes from a <see cref="Mirror"/> what nobody knows more of than the first digits of its SHA-256, as torchvision's names carry them. Whoever
    /// runs the mirror can forge a file for eight digits in minutes.
    /// </summary>
    /// <value>
    /// Whether the environment variable TRANSFERLEARNING_TRUST_MIRROR is 1 or true. Otherwise a mirror serves what is known in full: by the
    /// source, the <see cref="LockFile"/>, or the record of an earlier download.
    /// </value>
    public bool TrustMirror { get; init; } = DownloadVariables.IsMirrorTrusted;

    /// <summary>
    /// A file to commit, "weights.lock.json", which pins name, address, size and SHA-256 of each file of weights, Hugging Face's too. What differs
    /// from it is refused, wherever it is found.
    /// </summary>
    /// <value>Null: none.</value>
    public string? LockFile { get; init; }

    /// <summary>Adds to the <see cref="LockFile"/> what it lacks and what comes from the publisher; otherwise what it lacks is refused.</summary>
    /// <value>True by default.</value>
    public bool ExtendLockFile { get; init; } = true;

    /// <summary>The largest file that is downloaded; where less is known of a file's size, that holds.</summary>
    /// <value>At least 1 byte; 8 GiB by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long LargestFile { get; init => field = Require.AtLeast(1, value); } = 8L << 30;

    /// <summary>
    /// Hugging Face's hub, its cache folder, and who asks there. <see cref="Folder"/>, <see cref="HubFolder"/> and <see cref="Mirror"/> do
    /// not apply to its files; all else here does.
    /// </summary>
    /// <value>What Hugging Face's environment variables say.</value>
    public HuggingFaceOptions HuggingFace { get; init; } = new();

    /// <summary>
    /// How often a file is asked for in all, where what failed may pass: silence, a broken connection, and the answers 408, 429 and 500 to 599.
    /// </summary>
    /// <value>At least 1, which repeats nothing; 5 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Attempts { get; init => field = Require.AtLeast(1, value); } = 5;

    /// <summary>
    /// About how long to wait before the second attempt. Each later wait is about twice as long, all vary at random, and a server's
    /// Retry-After takes their place.
    /// </summary>
    /// <value>0 seconds to a day; one second by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above a day.</exception>
    public TimeSpan RetryDelay { get; init => field = UpToADay(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts. A server that asks for more is not asked again.</summary>
    /// <value>0 seconds to a day; two minutes by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above a day.</exception>
    public TimeSpan LongestDelay { get; init => field = UpToADay(value); } = TimeSpan.FromMinutes(2);

    /// <summary>How long a server may send nothing before the attempt counts as failed.</summary>
    /// <value>A millisecond to a day; one minute by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below a millisecond or above a day.</exception>
    public TimeSpan InactivityTimeout { get; init => field = UpToADay(value, fromMilliseconds: 1); } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for another thread or process that is downloading the same file; after five seconds the log says which.</summary>
    /// <value>A millisecond to a day; one hour by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below a millisecond or above a day.</exception>
    public TimeSpan TurnTimeout { get; init => field = UpToADay(value, fromMilliseconds: 1); } = TimeSpan.FromHours(1);

    /// <summary>Sends the requests; borrowed.</summary>
    /// <value>A shared client by default, which honors the system's proxy.</value>
    public HttpClient? Client { get; init; }

    /// <summary>
    /// Where is logged, as warnings, which attempts failed and are repeated and who is waited for; as information, of which files only the first
    /// digits of the hash were checked.
    /// </summary>
    /// <value>Nowhere.</value>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>What all waits are measured by.</summary>
    /// <value>The system's clock.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan UpToADay(TimeSpan value, int fromMilliseconds = 0, [CallerMemberName] string name = "") =>
        value >= TimeSpan.FromMilliseconds(fromMilliseconds) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {fromMilliseconds} ms to a day.");
}
