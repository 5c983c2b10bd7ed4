using TransferLearning.Formats;
using TransferLearning.Published;
using TransferLearning.Published.HuggingFace;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>A network of timm's with weights from Hugging Face's hub: "timm/resnet18.a1_in1k".</summary>
    /// <remarks>
    /// Its "config.json" is read now, from the hub's cache folder or from the hub: it names the network, and how it wants its
    /// images. The weights come when the network is opened. <c>docs/weights.md</c> lists the architectures that are known.
    /// </remarks>
    /// <param name="repository">"owner/name".</param>
    /// <param name="revision">A branch, a tag or a commit; only a commit means the same weights forever.</param>
    /// <param name="store">How files are fetched; give the same to the trainer. Absent: as the environment variables say.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The network, to be opened with these weights.</returns>
    /// <exception cref="ArgumentException">There can be no such repository or revision; the hub's endpoint is not of https; the token is none.</exception>
    /// <exception cref="WeightsUnavailableException">The configuration cannot be fetched.</exception>
    /// <exception cref="IOException">A file of the cache folder cannot be read, or is a pipe, a socket or a device.</exception>
    /// <exception cref="WeightsFormatException">The configuration is not timm's, or asks for what is not built in.</exception>
    /// <exception cref="OperationCanceledException">A download was cancelled.</exception>
    public static PretrainedBackbone FromHuggingFace(
        string repository, string revision = "main", WeightsStoreOptions? store = null, CancellationToken cancellationToken = default) =>
        FromHuggingFaceAsync(repository, revision, store, cancellationToken).GetAwaiter().GetResult();

    /// <summary>A network of timm's with weights from Hugging Face's hub, its configuration read without holding a thread while it waits.</summary>
    /// <inheritdoc cref="FromHuggingFace" path="/*[not(self::summary)]"/>
    public static async Task<PretrainedBackbone> FromHuggingFaceAsync(
        string repository, string revision = "main", WeightsStoreOptions? store = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(repository);
        ArgumentException.ThrowIfNullOrEmpty(revision);
        var source = new WeightsSource.HuggingFace(repository) { Revision = revision };
        TimmConfig config = await TimmConfig.FetchAsync(new HubStore(source, store), cancellationToken).ConfigureAwait(false);
        return config.Network.Entry.At(config.Preprocessing) with { Weights = source };
    }
}
