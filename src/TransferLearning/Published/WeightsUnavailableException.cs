using TransferLearning.Published.Downloads;

namespace TransferLearning.Published;

/// <summary>Published weights cannot be fetched; the message says what was asked, what came, and how to place the file by hand.</summary>
public sealed class WeightsUnavailableException : IOException
{
    /// <summary>Reports weights that cannot be fetched.</summary>
    /// <param name="address">What was asked.</param>
    /// <param name="reason">What came.</param>
    /// <param name="path">Where the file belongs.</param>
    /// <param name="sha256Prefix">How its SHA-256 must begin.</param>
    /// <param name="innerException">The exception that reported it first.</param>
    public WeightsUnavailableException(Uri address, string reason, string path, string sha256Prefix, Exception? innerException = null)
        : this(
            $"The weights of '{WeightsAddress.Shown(address)}' cannot be fetched: {reason}. Download them " +
            $"elsewhere and place them as '{path}' (their SHA-256 begins with {sha256Prefix}), " +
            "or give a file of your own with WithWeights(path).",
            address, path, innerException)
    {
    }

    private WeightsUnavailableException(string message, Uri address, string path, Exception? innerException)
        : base(message, innerException)
    {
        Address = new Uri(WeightsAddress.Shown(address), UriKind.RelativeOrAbsolute);
        Path = path;
    }

    /// <summary>What was asked, without user, query and fragment, which may be secrets.</summary>
    public Uri Address { get; }

    /// <summary>Where what is placed by hand is looked for: a file, or the folder of a repository.</summary>
    public string Path { get; }

    /// <summary>Reports weights that are not trusted; the reason says what to do.</summary>
    internal static WeightsUnavailableException Refused(Uri address, string reason, string path) =>
        new($"The weights of '{WeightsAddress.Shown(address)}' are refused: {reason}.", address, path, innerException: null);

    /// <summary>Reports a file of a repository of Hugging Face's that cannot be fetched.</summary>
    internal static WeightsUnavailableException OfRepository(
        Uri address, string file, string repository, string reason, string folder, Exception? innerException) => new(
        $"'{file}' of Hugging Face's repository '{repository}' cannot be fetched from '{WeightsAddress.Shown(address)}': " +
        $"{reason}. Where there is a network, fetch it with `hf download {repository}` and copy its folder " +
        $"to '{folder}', or give a file of your own with WithWeights(path).",
        address, folder, innerException);
}
