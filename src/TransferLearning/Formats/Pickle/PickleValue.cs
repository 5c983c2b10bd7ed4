using System.Numerics;

namespace TransferLearning.Formats.Pickle;

/// <summary>
/// What a pickle's values are here: null, bool, long, BigInteger, double, string, byte[], tuples as object?[], lists and sets as List,
/// dictionaries by their text keys.
/// </summary>
internal static class PickleValue
{
    /// <summary>An integer that fits 64 bits.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static long Integer(object? value, string what) => value is long number
        ? number
        : throw new InvalidDataException($"{what} is {Describe(value)}, not an integer");

    /// <summary>A tuple or list of integers.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static long[] Integers(object? value, string what) => value is IReadOnlyList<object?> items
        ? [.. items.Select(item => Integer(item, what))]
        : throw new InvalidDataException($"{what} is {Describe(value)}, not a list or tuple of integers");

    /// <summary>The value's kind, as messages name it: never its content, which may be large or refer to itself.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "nothing",
        bool => "true or false",
        long or BigInteger => "an integer",
        double => "a real number",
        string => "text",
        byte[] => "bytes",
        object?[] => "a tuple",
        List<object?> => "a list",
        OrderedDictionary<string, object?> => "a dictionary",
        PickleFunction function => $"the Python name '{function.Name}'",
        _ => $"a {value.GetType().Name}",
    };
}

/// <summary>A Python name that a pickle may call, and what stands in for it here.</summary>
/// <param name="Name">Such as "collections.OrderedDict".</param>
/// <param name="Call">From the arguments to the result.</param>
internal sealed record PickleFunction(string Name, Func<object?[], object?> Call);
