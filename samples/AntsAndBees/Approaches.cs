using System.CommandLine.Parsing;

namespace AntsAndBees;

internal enum Approach
{
    FineTune,
    Features,
}

internal static class Approaches
{
    public static Approach[]? Parse(ArgumentResult argument)
    {
        string word = argument.Tokens.Single().Value;
        switch (word)
        {
            case "finetune": return [Approach.FineTune];
            case "features": return [Approach.Features];
            case "both": return [Approach.FineTune, Approach.Features];
            default:
                argument.AddError($"--mode is '{word}'; it can be finetune, features or both.");
                return null;
        }
    }

    public static string Title(this Approach approach) => approach == Approach.FineTune ? "fine-tuning" : "fixed features";
}
