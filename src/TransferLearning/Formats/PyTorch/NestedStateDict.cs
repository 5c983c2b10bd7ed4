using TransferLearning.Formats.Pickle;
using TransferLearning.Internal;

namespace TransferLearning.Formats.PyTorch;

/// <summary>Finds the weights among what a training run saved: its epoch, its optimizer and so on.</summary>
internal static class NestedStateDict
{
    // Training runs nest weights once or twice; dictionaries that hold themselves nest forever.
    private const int MostLevels = 8;

    // In the order of trust; a state dict itself has no such key, since its keys name tensors.
    private static readonly string[] _usualNames = ["state_dict", "model_state_dict", "model", "net"];

    /// <summary>The named tensors: the dictionary itself, or the one under a usual name.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public static IEnumerable<KeyValuePair<string, TensorDescription>> Find(object? content)
    {
        if (content is TensorDescription single)
        {
            throw new InvalidDataException(
                $"it holds one tensor of shape {ShapeText.Of(single.Shape)} without a name; " +
                "a file of weights holds a dictionary: torch.save(model.state_dict(), path)");
        }
        if (content is not OrderedDictionary<string, object?> dictionary)
        {
            throw new InvalidDataException(
                $"it holds {PickleValue.Describe(content)}; a file of weights holds a dictionary: torch.save(model.state_dict(), path)");
        }

        for (int level = 0; level < MostLevels && Inner(dictionary) is { } inner; level++)
            dictionary = inner;

        KeyValuePair<string, TensorDescription>[] tensors =
            [.. from entry in dictionary where entry.Value is TensorDescription select KeyValuePair.Create(entry.Key, (TensorDescription)entry.Value)];
        return tensors.Length > 0 ? tensors : throw new InvalidDataException(
            $"it holds no named tensors, alone or under {string.Join(", ", _usualNames)}; its entries " +
            $"are {(dictionary.Count == 0 ? "none" : string.Join(", ", dictionary.Keys.Take(10)))}");
    }

    private static OrderedDictionary<string, object?>? Inner(OrderedDictionary<string, object?> dictionary) =>
        Named(dictionary).FirstOrDefault(inner => inner.Values.Any(value => value is TensorDescription) || Named(inner).Any());

    private static IEnumerable<OrderedDictionary<string, object?>> Named(OrderedDictionary<string, object?> dictionary) =>
        _usualNames.Select(name => dictionary.GetValueOrDefault(name)).OfType<OrderedDictionary<string, object?>>();
}
