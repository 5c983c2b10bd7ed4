using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats.Stored;

public sealed class StoredWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("weights.safetensors");

    [Fact]
    public void CopyTo_TensorOfTheSameType_HasTheValues()
    {
        Save(tensor([1f, 2, 3, 4, 5, 6], 2, 3));
        using StoredWeights stored = WeightsFile.Open(Path);
        using Tensor target = zeros(2, 3);

        stored.CopyTo("w", target);

        Assert.Equal([1, 2, 3, 4, 5, 6], Numbers.Of(target));
    }

    [Fact]
    public void CopyTo_TensorOfAnotherType_Converts()
    {
        using Tensor values = tensor(new float[] { 1, 2, 3 });
        Save(values.to(ScalarType.Float16));
        using StoredWeights stored = WeightsFile.Open(Path);
        using Tensor target = zeros(3, dtype: ScalarType.Float64);

        stored.CopyTo("w", target);

        Assert.Equal([1, 2, 3], Numbers.Of(target));
    }

    [Fact]
    public void CopyTo_TransposedTensor_KeepsThePlaces()
    {
        Save(tensor([1f, 2, 3, 4, 5, 6], 2, 3));
        using StoredWeights stored = WeightsFile.Open(Path);
        using Tensor memory = zeros(3, 2);
        using Tensor target = memory.t();

        stored.CopyTo("w", target);

        Assert.Equal([1, 4, 2, 5, 3, 6], Numbers.Of(memory));
    }

    [SkippableFact]
    public void CopyTo_FileCutShortMeanwhile_NamesTheFile()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows lets nobody cut a file that is open for reading");
        Save(ones(100_000));
        using StoredWeights stored = WeightsFile.Open(Path);
        using (var file = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(file.Length - 4);
        using Tensor target = zeros(100_000);

        var error = Assert.Throws<WeightsFormatException>(() => stored.CopyTo("w", target));

        Assert.Contains(Path, error.Message);
        Assert.Contains("cut short", error.Message);
    }

    [Fact]
    public void Open_BuiltInNetworkWithoutBatchCounters_HasTheFilesValuesAndCountersOfZero()
    {
        PretrainedBackbone pretrained = Pretrained.ByName("shufflenet_v2_x0_5");
        using (Backbone random = BackboneLoader.Open(pretrained.WithRandomWeights(), outputCount: null, seed: 3))
        {
            FilledWeights.Fill(random.Network);
            Safetensors.Write(Path, random.Network.state_dict().Where(entry => entry.Value.is_floating_point()).Select(entry => (entry.Key, entry.Value)));
        }
        long before = LiveTensors.Count;

        using (Backbone opened = BackboneLoader.Open(pretrained.WithWeights(Path), outputCount: null, seed: 0))
        {
            using var scope = NewDisposeScope();
            using StateDict saved = WeightsFile.Read(Path);
            foreach ((string name, Tensor tensor) in opened.Network.state_dict())
            {
                if (tensor.is_floating_point())
                    Assert.Equal(Numbers.Of(saved[name]), Numbers.Of(tensor));
                else
                    Assert.Equal(0, tensor.item<long>());
            }
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Open_FileOfAnotherNetwork_ClosesTheFile()
    {
        Save(ones(3));

        Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(Pretrained.ByName("shufflenet_v2_x0_5").WithWeights(Path), outputCount: null, seed: 0));

        using var alone = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(alone.CanWrite);
    }

    [Fact]
    public void WithoutValues_BuildThatFails_LeavesLaterLayersFilled()
    {
        Assert.Throws<InvalidOperationException>(() => Layer.WithoutValues<nn.Module>(() => throw new InvalidOperationException()));

        using TorchSharp.Modules.Parameter parameter = Layer.Zeros(64, 64);

        Assert.All(Numbers.Of(parameter), value => Assert.Equal(0, value));
    }

    public void Dispose() => _folder.Dispose();

    private void Save(Tensor tensor)
    {
        using (tensor)
            Safetensors.Write(Path, [("w", tensor)]);
    }
}
