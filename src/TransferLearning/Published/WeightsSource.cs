using TransferLearning.Formats;

namespace TransferLearning.Published;

/// <summary>Where a network's starting weights come from. Nothing is read until a network is opened.</summary>
public abstract record WeightsSource
{
    private WeightsSource()
    {
    }

    /// <summary>How the names in a file become the network's; for weights that are read from files.</summary>
    /// <value>Null by default: as they are, or, from Hugging Face's hub, as those of timm's network that "config.json" names.</value>
    public WeightsRename? Rename { get; init; }

    /// <summary>Weights drawn at random from the run's seed; for tests and for training from scratch.</summary>
    public sealed record Random : WeightsSource;

    /// <summary>The weights that the network was built with; for a network of your own.</summary>
    public sealed record AsBuilt : WeightsSource;

    /// <summary>A file on disk: a PyTorch checkpoint of any age or a safetensors file, told apart by content.</summary>
    /// <param name="Path">The file.</param>
    public sealed record File(string Path) : WeightsSource;

    /// <summary>A published file, downloaded once into a cache folder and checked by its hash.</summary>
    /// <param name="Address">The file's https address.</param>
    /// <param name="Sha256Prefix">
    /// The leading hex digits of its SHA-256. torchvision's file names carry eight, which detect damage; all 64 detect forgery.
    /// </param>
    public sealed record Published(Uri Address, string Sha256Prefix) : WeightsSource
    {
        /// <summary>How large the file is at most; null where its publisher does not say.</summary>
        internal long? MostBytes { get; init; }
    }

    /// <summary>
    /// A repository of Hugging Face's hub: "model.safetensors", its shards by "model.safetensors.index.json", or "pytorch_model.bin". Kept in
    /// the hub's own cache folder.
    /// </summary>
    /// <remarks>Only the weights: <see cref="Pretrained.FromHuggingFace"/> also finds the network, and how it wants its images.</remarks>
    /// <param name="Repository">"owner/name", such as "timm/resnet18.a1_in1k".</param>
    public sealed record HuggingFace(string Repository) : WeightsSource
    {
        /// <summary>A branch, a tag or a commit; only a commit means the same weights forever.</summary>
        /// <value>"main".</value>
        public string Revision { get; init; } = "main";
    }
}
