using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>Random weights of a network as files, once in each format that weights usually come in.</summary>
internal static class RandomWeightsFiles
{
    public static (string Format, string Path)[] Write(string backbone, string folder)
    {
        string safetensors = Path.Combine(folder, $"{backbone}.safetensors");
        string zip = Path.Combine(folder, $"{backbone}.pth");
        using Backbone network = BackboneLoader.Open(Pretrained.ByName(backbone).WithRandomWeights(), outputCount: null, seed: 0);
        (string, Tensor)[] tensors = [.. network.Network.state_dict().Select(entry => (entry.Key, entry.Value))];
        Safetensors.Write(safetensors, tensors);
        TorchArchive.Write(zip, tensors);
        return [("safetensors", safetensors), ("torch.save", zip)];
    }
}
