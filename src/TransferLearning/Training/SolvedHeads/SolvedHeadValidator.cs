using TransferLearning.Heads;
using TransferLearning.Native;
using TransferLearning.Networks;

namespace TransferLearning.Training.SolvedHeads;

/// <summary>Finds what stands against solving the head as options say.</summary>
internal static class SolvedHeadValidator
{
    public static IEnumerable<string> FindProblems(TrainerOptions options, int outputs, Lazy<NetworkOutline> network)
    {
        if (!Enum.IsDefined(options.HeadViews))
            yield return $"The views of a solved head must be {nameof(HeadViews.AsPredicted)} or {nameof(HeadViews.Augmented)}; they are {options.HeadViews}.";
        if (options.HeadStart.IsOptional || options.HeadStart.Solver is not { } solver)
        {
            if (options.KeepHeadStatistics || options.Earlier is not null)
                yield return "Statistics are of a head that is solved: start from Trainer.SolveHead.";
            yield break;
        }
        if (options.Data.Training.Samples.Count > 0 && !options.Task.FindProblems(options.Data).Any())
        {
            TorchRuntime.EnsureAvailable();
            foreach (string problem in solver.FindProblems(HeadFit.LabelsOf(options.Task, options.Data.Training), outputs))
                yield return problem;
        }
        if (!network.Value.HasLinearHead)
        {
            yield return $"The head of {options.Backbone.Info.Name} cannot be solved: it must be one linear layer with a bias, of one vector per image, in a "
                + $"{nameof(StagedNetwork)}.";
        }
        if (!options.KeepHeadStatistics && options.Earlier is null)
            yield break;

        if (options.Earlier is { } earlier && earlier.Choice.Solver != solver.Name)
        {
            yield return $"The head of '{earlier.Path}' was solved by '{earlier.Choice.Solver}', and images are added at that strength and scale; "
                + $"the solver '{solver.Name}' has others.";
        }
        if (solver is not IIncrementalHeadSolver { IsIncremental: true })
        {
            yield return $"The solver '{solver.Name}' keeps no statistics as it is set: use {nameof(HeadSolvers.Ridge)} or {nameof(HeadSolvers.ShrinkageLda)}, "
                + "without weights of classes or samples and without priors.";
        }
        if (options.Epochs > 0)
            yield return $"Statistics are of a head that is solved and not trained on: the number of epochs must be 0; it is {options.Epochs}.";
        if (options.HeadViews != HeadViews.AsPredicted)
            yield return $"Statistics are of images as they are predicted: the views must be {nameof(HeadViews.AsPredicted)}.";
    }
}
