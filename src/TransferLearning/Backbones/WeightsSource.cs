namespace TransferLearning.Backbones;

/// <summary>Where a network's starting weights come from. Only data: nothing is read until a network is opened.</summary>
public abstract record WeightsSource
{
    private WeightsSource()
    {
    }

    /// <summary>Weights drawn at random from the run's seed; for tests and for training from scratch.</summary>
    public sealed record Random : WeightsSource;

    /// <summary>The weights that the network was built with; for a network of your own.</summary>
    public sealed record AsBuilt : WeightsSource;

    /// <summary>A file on disk: a PyTorch checkpoint of any age or a safetensors file, told apart by content.</summary>
    /// <param name="Path">The file.</param>
    public sealed record File(string Path) : WeightsSource
    {
        /// <summary>Renames a key of the file to the network's key; null drops the key. Absent: keys are taken as they are.</summary>
        public Func<string, string?>? Rename { get; init; }
    }

    /// <summary>A published file, downloaded once into a cache folder and checked by its hash.</summary>
    /// <param name="Address">The file's https address.</param>
    /// <param name="Sha256Prefix">The leading hex digits of its SHA-256; torchvision's file names carry eight.</param>
    public sealed record Published(Uri Address, string Sha256Prefix) : WeightsSource
    {
        /// <summary>Renames a key of the file to the network's key; null drops the key. Absent: keys are taken as they are.</summary>
        public Func<string, string?>? Rename { get; init; }
    }
}
