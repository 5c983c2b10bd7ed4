using System.Collections;
using System.Reflection;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Training;

namespace TransferLearning.Tests.Training;

public sealed class TrainerOptionsTests
{
    private static readonly PretrainedBackbone _network = SmallNetwork.Pretrained();
    private static readonly DatasetSplit _data = ToyImages.Split();

    [Fact]
    public void ForFineTuning_SetsWhatTheVerbSets() =>
        AssertSame(Trainer.FineTune(_network).On(_data).Build(), new Trainer(TrainerOptions.ForFineTuning(_network, _data)));

    [Fact]
    public void ForFeatureExtraction_SetsWhatTheVerbSets() =>
        AssertSame(Trainer.ExtractFeatures(_network).On(_data).Build(), new Trainer(TrainerOptions.ForFeatureExtraction(_network, _data)));

    [Fact]
    public void Trainer_OfOptionsWithoutData_SaysSo()
    {
        var failure = Assert.Throws<TrainerConfigurationException>(() => new Trainer(TrainerOptions.ForFineTuning(_network, data: null!)));

        Assert.StartsWith("There are no images to learn from", Assert.Single(failure.Problems));
    }

    [Fact]
    public void Trainer_OnADeviceThatComputesNothing_SaysSo()
    {
        var failure = Assert.Throws<TrainerConfigurationException>(() => Trainer.FineTune(_network).On(_data).RunOn(TorchSharp.torch.META).Build());

        Assert.Equal("The device 'meta' computes shapes, not values; name the CPU or a GPU.", Assert.Single(failure.Problems));
    }

    private static void AssertSame(Trainer bySentence, Trainer byOptions)
    {
        foreach (PropertyInfo setting in typeof(TrainerOptions).GetProperties())
            Assert.True(AreSame(setting.GetValue(bySentence.Options), setting.GetValue(byOptions.Options)), setting.Name);
    }

    // A reader is equal to itself alone: of such parts, the type must do.
    private static bool AreSame(object? one, object? other) => Equals(one, other) || (one, other) switch
    {
        (IEnumerable ones, IEnumerable others) => ones.Cast<object>().SequenceEqual(others.Cast<object>()),
        _ => one is not (null or ValueType) && one.GetType() == other?.GetType()
            && one.GetType().GetMethod("Equals", [typeof(object)])!.DeclaringType == typeof(object),
    };
}
