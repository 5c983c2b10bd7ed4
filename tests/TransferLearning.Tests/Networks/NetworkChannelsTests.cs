using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>What every built-in network makes of images of other than three channels, with weights for red, green and blue.</summary>
public sealed class NetworkChannelsTests
{
    private const int Side = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Forward_OneChannelOrFive_GivesWhatTheColoursThatTheyStandForGive(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone colour = DrawnWeights.Open(name, Side);
        using StateDict weights = NetworkWeights.Of(colour.Network);
        int side = colour.Info.Preprocessing.CropTo;
        Tensor image = FilledWeights.For("image", 1, 5, side, side);

        foreach (int channels in new[] { 1, 5 })
        {
            using Backbone adapted = BackboneLoader.Open(BuiltForSide.Find(name, Side).WithChannels(channels), weights);
            Tensor channelled = image.narrow(1, 0, channels);

            Tensor expected = Logits(colour, AsColors(channelled));
            Tensor found = Logits(adapted, channelled);

            Assert.InRange(expected.sub(found).norm().item<float>() / expected.norm().item<float>(), 0, 1e-4);
        }
    }

    // One channel has the sum of the weights for red, green and blue; five have those for red, green, blue, red and green, times 3 / 5.
    private static Tensor AsColors(Tensor channels) => channels.shape[1] == 1
        ? channels.repeat(1, 3, 1, 1)
        : cat([channels.narrow(1, 0, 2) + channels.narrow(1, 3, 2), channels.narrow(1, 2, 1)], dim: 1) * 0.6;

    private static Tensor Logits(Backbone backbone, Tensor images)
    {
        backbone.Network.eval();
        return backbone.Forward(images);
    }
}
