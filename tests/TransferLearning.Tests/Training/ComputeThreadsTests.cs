using TransferLearning.Freezing;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class ComputeThreadsTests
{
    [Fact]
    public void Trial_OfANetworkInTraining_RestoresTheModeOfEveryModule()
    {
        int before = TorchThreads.Count;
        TrainerOptions options = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).Build().Options;
        using var backbone = new Backbone(options.Backbone.Build(), options.Backbone.Info);
        using var state = new TrainingState(options);
        var freezer = new Freezer(backbone, FreezePolicy.Nothing, BatchNormMode.Frozen);
        freezer.EnterTraining(1);
        bool[] modes = [.. backbone.Network.modules().Select(module => module.training)];

        using (new ComputeThreads(options, backbone, state).UseForNetwork())
            Assert.Equal(state.TorchThreads, TorchThreads.Count);

        Assert.Equal(modes, backbone.Network.modules().Select(module => module.training));
        Assert.Contains(true, modes);
        Assert.Contains(false, modes);
        Assert.Equal(before, TorchThreads.Count);
    }

    [Fact]
    public void UseForHead_ByDefault_IsOneThread()
    {
        TrainerOptions options = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).Build().Options;
        using var backbone = new Backbone(options.Backbone.Build(), options.Backbone.Info);
        using var state = new TrainingState(options);

        using (new ComputeThreads(options, backbone, state).UseForHead())
            Assert.Equal(1, get_num_threads());
    }
}
