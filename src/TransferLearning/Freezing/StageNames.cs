using TransferLearning.Networks;

namespace TransferLearning.Freezing;

/// <summary>Finds stages by name, and says which there are.</summary>
internal static class StageNames
{
    /// <summary>The position of a stage, counted from the input; -1 where there is none of that name.</summary>
    public static int IndexOf(string stage, BackboneInfo info)
    {
        for (int i = 0; i < info.Stages.Count; i++)
        {
            if (info.Stages[i].Name == stage)
                return i;
        }
        return -1;
    }

    public static void RequireKnown(string stage, BackboneInfo info)
    {
        if (IndexOf(stage, info) < 0)
            throw new ArgumentException($"Freeze stage '{stage}' is no stage of {info.Name}. {Listed(info)}");
    }

    public static string Listed(BackboneInfo info) => $"Stages: {string.Join(", ", info.Stages.Select(stage => stage.Name))}.";
}
