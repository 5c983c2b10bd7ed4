namespace TransferLearning.Formats.Pickle;

/// <summary>The stack of a pickle machine: values, and marks that later opcodes take everything above of.</summary>
internal sealed class PickleStack
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = new();

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Push(_values.Count);

    /// <summary>The value on top, left there.</summary>
    public object? Peek() => _values.Count > Floor ? _values[^1] : throw Empty();

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public T Pop<T>(string expected) => Cast<T>(Pop(), expected);

    public T Peek<T>(string expected) => Cast<T>(Peek(), expected);

    /// <summary>The topmost values, lowest first.</summary>
    public object?[] PopTop(int count)
    {
        if (_values.Count - Floor < count)
            throw Empty();
        return Cut(_values.Count - count);
    }

    /// <summary>Everything above the last mark, lowest first; the mark goes too.</summary>
    public object?[] PopMarked() => _marks.TryPop(out int mark)
        ? Cut(mark)
        : throw new InvalidDataException("its pickle goes back to a mark that was never set; the file is damaged");

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private object?[] Cut(int start)
    {
        object?[] values = [.. _values[start..]];
        _values.RemoveRange(start, values.Length);
        return values;
    }

    private static T Cast<T>(object? value, string expected) => value is T typed
        ? typed
        : throw new InvalidDataException($"its pickle has {PickleValue.Describe(value)} where {expected} belongs; the file is damaged");

    private static InvalidDataException Empty() => new("its pickle takes more values than it gave; the file is damaged");
}
