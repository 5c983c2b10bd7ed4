using TransferLearning.Tests.Attacks;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Training;

public sealed class ReturnedNullTests
{
    [Theory]
    [InlineData("sampler", "The sampler Sampler returned null.")]
    [InlineData("loss", "The loss Loss returned null.")]
    [InlineData("outcome", "The task Task returned null.")]
    [InlineData("step", "The step Step returned null.")]
    public void Fit_WithAPartThatReturnsNull_NamesIt(string part, string expected)
    {
        using var fault = new Fault(part, part == "step" ? FitPhase.Step : FitPhase.Start, FaultEffect.Null, epoch: 1);
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1, batchSize: 8);
        Trainer trainer = (part switch
        {
            "sampler" => builder.SampleWith(new FaultyParts.Sampler(fault)),
            "loss" => builder.Minimize(new FaultyParts.Loss(fault)),
            "outcome" => builder.Learn(new FaultyParts.Task(fault)),
            _ => builder.StepWith(context => new FaultyParts.Step(context, fault)),
        }).Build();

        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => trainer.Fit()).Message);
    }
}
