namespace TransferLearning.Batching;

/// <summary>Applies one of several batch transforms, chosen at random for each batch, such as MixUp or CutMix.</summary>
public sealed class RandomBatchTransform : IBatchTransform
{
    private readonly IBatchTransform[] _choices;

    /// <summary>Creates the transform.</summary>
    /// <param name="choices">The transforms; each is as likely as the others.</param>
    /// <exception cref="ArgumentException">There are none, or one is null.</exception>
    public RandomBatchTransform(params IEnumerable<IBatchTransform> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        _choices = [.. choices];
        if (_choices.Length == 0 || _choices.Contains(null))
            throw new ArgumentException(
                $"There are {_choices.Length} batch transforms to choose from; at least one is expected, and none null.", nameof(choices));
    }

    /// <inheritdoc/>
    public bool WorksOnFeatures => _choices.All(choice => choice.WorksOnFeatures);

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems(LearningTask task) => _choices.SelectMany(choice => choice.FindProblems(task));

    /// <inheritdoc/>
    public Batch Apply(Batch batch, BatchTransformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _choices[context.Random.NextInt32(_choices.Length)].Apply(batch, context);
    }
}
