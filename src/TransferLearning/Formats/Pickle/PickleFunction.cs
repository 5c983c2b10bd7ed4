namespace TransferLearning.Formats.Pickle;

/// <summary>A Python name that a pickle may call, and what stands in for it here.</summary>
/// <param name="Name">Such as "collections.OrderedDict".</param>
/// <param name="Call">From the arguments to the result.</param>
internal sealed record PickleFunction(string Name, Func<object?[], object?> Call);
