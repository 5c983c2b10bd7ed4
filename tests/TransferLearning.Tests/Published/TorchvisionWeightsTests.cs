using TransferLearning.Published;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published;

public sealed class TorchvisionWeightsTests
{
    [SkippableFact]
    public void Table_OfEveryArchitecture_IsTorchvisions()
    {
        string folder = ReferenceData.Require("reference/torchvision");
        string[] networks = [.. Directory.EnumerateFiles(folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!)];

        foreach (string network in networks)
        {
            IEnumerable<WeightsEntry> expected = ReferenceNetwork.Require(network).Weights.Select(entry => WeightsEntry.OfTorchvision(network, entry.Key, entry.Value));
            PublishedBackbone[] weights = [.. TorchvisionWeights.All.Where(entry => entry.Name == network)];

            IEnumerable<WeightsEntry> found = weights.Select(published => WeightsEntry.Of(published, isDefault: published == weights[^1]));

            Assert.Equal(expected.OrderBy(facts => facts.Version), found.OrderBy(facts => facts.Version));
        }
        Assert.Equal(80, networks.Length);
    }

    [Fact]
    public void Licence_OfWeightsFromHashtags_ForbidsCommercialUse()
    {
        PublishedBackbone[] weights = [.. TorchvisionWeights.All.Where(entry => entry.Name is "vit_b_16" or "regnet_y_32gf")];

        Assert.All(weights, published => Assert.Equal(published.Address.Contains("swag") ? "CC-BY-NC-4.0" : "BSD-3-Clause", published.License));
        Assert.Equal(4, weights.Count(published => published.License == "CC-BY-NC-4.0"));
    }
}
