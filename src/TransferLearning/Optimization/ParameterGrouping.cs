using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks;

namespace TransferLearning.Optimization;

/// <summary>Sorts trainable parameters into groups by their stage and shape.</summary>
/// <remarks>Learning rates by stage: J. Howard and S. Ruder, "Universal Language Model Fine-tuning for Text Classification", ACL 2018. No decay on norms and
/// biases: T. He et al., "Bag of Tricks for Image Classification with Convolutional Neural Networks", CVPR 2019.</remarks>
internal static class ParameterGrouping
{
    /// <summary>One group per stage with trainable parameters, up to the head, which has the base rate; two if norms and biases have no decay.</summary>
    /// <exception cref="ArgumentException">A parameter lies in no stage of the network.</exception>
    public static IReadOnlyList<ParameterGroup> Group(
        BackboneInfo info, IReadOnlyList<(string Name, Parameter Parameter)> trainable, ParameterGroupOptions options)
    {
        ILookup<string, (string, Parameter)> byStage = trainable.ToLookup(entry => info.StageOf(entry.Name).Name);
        return [.. info.Stages.SelectMany((stage, index) =>
            Groups(stage.Name, [.. byStage[stage.Name]], Scale(info, index, options), options.DecayNormAndBias))];
    }

    /// <summary>A sentence for each stage that has a rate and does not exist.</summary>
    public static IEnumerable<string> FindProblems(BackboneInfo info, ParameterGroupOptions options)
    {
        string[] stages = [.. info.Stages.Select(stage => stage.Name)];
        return options.StageScales.Keys.Except(stages).Order(StringComparer.Ordinal).Select(unknown =>
            $"The learning rate of stage '{unknown}' is set, which {info.Name} does not have. " +
            $"{NearestName.Question(unknown, stages)}Stages: {string.Join(", ", stages)}.");
    }

    private static IEnumerable<ParameterGroup> Groups(
        string stage, (string Name, Parameter Parameter)[] parameters, double scale, bool decayNormAndBias)
    {
        ILookup<bool, (string, Parameter)> byDecay = parameters.ToLookup(entry => decayNormAndBias || entry.Parameter.dim() > 1);
        if (byDecay.Contains(true))
            yield return new ParameterGroup(stage, [.. byDecay[true]]) { LearningRateScale = scale };
        if (byDecay.Contains(false))
            yield return new ParameterGroup($"{stage}, norms and biases", [.. byDecay[false]]) { LearningRateScale = scale, WeightDecay = 0 };
    }

    private static double Scale(BackboneInfo info, int stage, ParameterGroupOptions options)
    {
        if (options.StageScales.TryGetValue(info.Stages[stage].Name, out double scale))
            return scale;
        int head = info.Stages.Count - 1;
        return stage == head ? 1 : options.BackboneScale * Math.Pow(options.LayerDecay, head - 1 - stage);
    }
}
