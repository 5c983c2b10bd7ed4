using TransferLearning.Formats;
using TransferLearning.Internal;
using TransferLearning.Models;
using TransferLearning.Networks;

namespace TransferLearning.Inference;

/// <summary>Refuses models that cannot be members of one ensemble or soup, and says what differs.</summary>
internal static class AlikeModels
{
    /// <returns>The models.</returns>
    /// <exception cref="ArgumentException">There are too few or too many, one is null or comes twice, or two differ in more than their weights.</exception>
    /// <exception cref="ObjectDisposedException">One was disposed.</exception>
    public static Predictor[] Require(IEnumerable<Predictor> models, string kind, string parameter)
    {
        ArgumentNullException.ThrowIfNull(models, parameter);
        Predictor[] all = [.. models.Take(EnsembleMembers.MaximumCount + 1)];
        if (all.Length is < 2 or > EnsembleMembers.MaximumCount || all.Contains(null) || all.Distinct().Count() != all.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"There must be 2 to {EnsembleMembers.MaximumCount} {kind}s, none null and none twice."), parameter);
        }

        string[] tensors = [.. all.Select(model => model.Use(TensorsOf))];
        for (int index = 0; index < all.Length; index++)
        {
            if ((all[index].Metadata.Ensemble is null ? Difference(all[0], all[index]) : "is an ensemble itself") is { } problem)
                throw Refused(kind, index, problem, parameter);
            if (tensors[index] != tensors[0])
                throw Refused(kind, index, $"has a network '{all[index].Metadata.Backbone}' with other layers or weights of other shapes", parameter);
        }
        return all;
    }

    public static ArgumentException Refused(string kind, int index, string problem, string parameter) => new(
        PrintableText.Of(FormattableString.Invariant($"The {kind} at index {index} {problem}; all must agree but for their weights.")), parameter);

    /// <summary>A hash of all that lies below the head.</summary>
    public static string BodyOf(Backbone backbone) => WeightsChecksum.Of(
        "", backbone.Network.state_dict().Where(entry => !backbone.Info.IsHead(entry.Key)).Select(entry => (entry.Key, entry.Value)));

    private static string TensorsOf(Backbone backbone) => string.Join('\n', backbone.Network.state_dict()
        .OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value.dtype} [{string.Join(',', entry.Value.shape)}]"));

    private static string? Difference(Predictor first, Predictor other)
    {
        (ModelMetadata one, ModelMetadata another) = (first.Metadata, other.Metadata);
        if (one.Backbone != another.Backbone)
            return $"has another network ('{another.Backbone}', not '{one.Backbone}')";
        if (!one.Classes.SequenceEqual(another.Classes))
            return $"has other classes ({string.Join(", ", another.Classes)}, not {string.Join(", ", one.Classes)})";
        if (one.Task.Identifier != another.Task.Identifier)
            return $"has another task ('{another.Task.Identifier}', not '{one.Task.Identifier}')";
        if (one.Reading.Identifier != another.Reading.Identifier)
            return $"has another reading ('{another.Reading.Identifier}', not '{one.Reading.Identifier}')";
        if (one.Preprocessing != another.Preprocessing)
            return $"has another preprocessing ({another.Preprocessing}, not {one.Preprocessing})";
        if (one.Images != another.Images)
            return $"decodes images otherwise ({another.Images}, not {one.Images})";
        return one.TestTimeAugmentation == another.TestTimeAugmentation
            ? null
            : $"has other views ({Named(another)}, not {Named(one)}; set {nameof(Predictor.TestTimeAugmentation)})";
    }

    private static string Named(ModelMetadata metadata) => metadata.TestTimeAugmentation.Identifier ?? "views of its own";
}
