using TorchSharp;
using TransferLearning.Formats;
using TransferLearning.Published;

namespace TransferLearning.Benchmarks.Setup;

/// <summary>What most commands work on: photographs, a network, its device, and torch's threads.</summary>
internal sealed record Workload(string DataFolder, string Backbone, string? WeightsFile, int? Threads, string Device)
{
    public DatasetSplit Photographs() => ImageFolder.Open(DataFolder).SplitByFolder("train", "val");

    public torch.Device OpenDevice() => torch.device(Device);

    public PretrainedBackbone Network()
    {
        PretrainedBackbone network = Pretrained.ByName(Backbone);
        return WeightsFile is null ? network.WithRandomWeights() : network.WithWeights(WeightsFile, WeightsRename.ByOrder);
    }

    /// <summary>The same workload for a child process.</summary>
    public IEnumerable<string> Arguments()
    {
        yield return "--data";
        yield return DataFolder;
        yield return "--backbone";
        yield return Backbone;
        if (WeightsFile is not null)
        {
            yield return "--weights";
            yield return WeightsFile;
        }
        if (Threads is int threads)
        {
            yield return "--threads";
            yield return $"{threads}";
        }
        yield return "--device";
        yield return Device;
    }
}
