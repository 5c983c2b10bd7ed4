using TransferLearning.Freezing;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class ComputeThreadsTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

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

    [Fact]
    public async Task FitAsync_OverlappingAnother_LeavesTheNumberOfOtherThreads()
    {
        int processWide = await OnNewThread(get_num_threads);
        TaskCompletionSource firstBegan = new(), secondBegan = new();
        TaskCompletionSource<Predictor> trained = new();
        Task<(int Meanwhile, int Afterwards)>? bornInTheFit = null;

        Task<TrainingResult> first = Fit(torchThreads: 2, AtFirstStep(() =>
        {
            firstBegan.SetResult();
            Await(secondBegan.Task);
        }));
        await firstBegan.Task.WaitAsync(_patience);
        Task<TrainingResult> second = Fit(torchThreads: 3, AtFirstStep(() =>
        {
            secondBegan.SetResult();
            Await(first);
            Assert.Equal(3, get_num_threads());
            TaskCompletionSource reached = new();
            bornInTheFit = OnNewThread(() =>
            {
                int meanwhile = get_num_threads();
                reached.SetResult();
                Await(trained.Task);
                return (meanwhile, ThreadsOfAPrediction(trained.Task.Result));
            });
            Await(reached.Task);
        }));
        using TrainingResult firstResult = await first, secondResult = await second;
        trained.SetResult(secondResult.Model);

        Assert.Equal((processWide, processWide), await bornInTheFit!);
        Assert.Equal(processWide, await OnNewThread(() => ThreadsOfAPrediction(secondResult.Model)));
    }

    private static Task<TrainingResult> Fit(int torchThreads, Func<ITrainingObserver> observer) => Trainer.FineTune(StagedSmallNetwork.Pretrained())
        .On(ToyImages.Split()).For(epochs: 1, batchSize: 8).CacheFeatures(0).RunOn(torchThreads: torchThreads).Observe(observer).Build().FitAsync();

    private static int ThreadsOfAPrediction(Predictor predictor)
    {
        predictor.Predict(ToyImages.Encoded(0, new Random(1)));
        return get_num_threads();
    }

    private static Task<T> OnNewThread<T>(Func<T> compute) =>
        Task.Factory.StartNew(compute, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Await(Task task) => Assert.True(task.Wait(_patience), "waited in vain");

    private static Func<ITrainingObserver> AtFirstStep(Action act) => () => new FirstStep(act);

    private sealed class FirstStep(Action act) : ITrainingObserver
    {
        private bool _seen;

        public void StepEnded(StepRecord step, TrainingRun run)
        {
            if (!_seen)
                act();
            _seen = true;
        }
    }
}
