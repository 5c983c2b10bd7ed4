using TransferLearning.Formats.PyTorch;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class NestedStateDictTests
{
    private static readonly TensorDescription _tensor = TensorDescription.Of(StorageHandle.Whole("0", ScalarType.Float32, 1), 0, [1], [1]);

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("net")]
    public void Find_WeightsUnderAUsualName_AreTaken(string name)
    {
        OrderedDictionary<string, object?> run = new() { ["epoch"] = 3L, ["best"] = _tensor, [name] = Weights() };

        Assert.Equal(["a.weight"], NestedStateDict.Find(run).Select(entry => entry.Key));
    }

    [Fact]
    public void Find_WeightsTwoLevelsDown_AreTaken()
    {
        OrderedDictionary<string, object?> run = new() { ["model"] = new OrderedDictionary<string, object?> { ["state_dict"] = Weights() } };

        Assert.Equal(["a.weight"], NestedStateDict.Find(run).Select(entry => entry.Key));
    }

    [Fact]
    public void Find_UsualNameWithoutTensors_IsPassedBy()
    {
        OrderedDictionary<string, object?> run = Weights();
        run["model"] = new OrderedDictionary<string, object?> { ["depth"] = 18L };

        Assert.Equal(["a.weight"], NestedStateDict.Find(run).Select(entry => entry.Key));
    }

    [Fact]
    public void Find_DictionaryThatHoldsItself_Ends()
    {
        var run = new OrderedDictionary<string, object?>();
        run["state_dict"] = run;

        Assert.Throws<InvalidDataException>(() => NestedStateDict.Find(run));
    }

    [Fact]
    public void Find_WeightsNestedBeyondReason_AreNotLookedFor()
    {
        OrderedDictionary<string, object?> run = Weights();
        for (int level = 0; level < 9; level++)
            run = new() { ["model"] = run };

        Assert.Throws<InvalidDataException>(() => NestedStateDict.Find(run));
    }

    [Fact]
    public void Find_NoTensors_NamesTheEntries()
    {
        var error = Assert.Throws<InvalidDataException>(() => NestedStateDict.Find(new OrderedDictionary<string, object?> { ["epoch"] = 3L, ["generator"] = Weights() }));

        Assert.Contains("epoch, generator", error.Message);
    }

    private static OrderedDictionary<string, object?> Weights() => new() { ["a.weight"] = _tensor, ["version"] = 2L };
}
