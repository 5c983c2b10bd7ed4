namespace AntsAndBees;

/// <summary>The tutorial's two scenarios.</summary>
internal enum Approach
{
    FineTune,
    Features,
}

internal static class Approaches
{
    public static IReadOnlyList<Approach> Named(string mode) => mode switch
    {
        "finetune" => [Approach.FineTune],
        "features" => [Approach.Features],
        _ => [Approach.FineTune, Approach.Features],
    };

    public static string Name(this Approach approach) => approach == Approach.FineTune ? "finetune" : "features";

    public static string Title(this Approach approach) => approach == Approach.FineTune ? "fine-tuning" : "fixed features";
}
