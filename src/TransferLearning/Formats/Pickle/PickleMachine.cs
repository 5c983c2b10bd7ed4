using static TransferLearning.Formats.Pickle.PickleOpcode;

namespace TransferLearning.Formats.Pickle;

/// <summary>
/// Reads one pickle into plain values. It calls only what <paramref name="resolve"/> hands it, and never recurses, however deep the values nest.
/// </summary>
/// <remarks>Source: the opcode descriptions of Python's <c>Lib/pickletools.py</c>, protocols 2 to 5.</remarks>
/// <param name="input">The bytes; left after the pickle's last one.</param>
/// <param name="resolve">
/// From a Python name, module and class, to its substitute: a <see cref="PickleFunction"/> or a plain value. It refuses by throwing.
/// </param>
/// <param name="load">From a persistent id, by which a pickle names data outside itself, to that data.</param>
internal sealed class PickleMachine(PickleInput input, Func<string, string, object> resolve, Func<object?, object?> load)
{
    private const int NewestProtocol = 5;

    private static readonly object _noValue = new();

    private readonly PickleStack _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private long _handedOver;

    /// <summary>Reads up to the end of the pickle.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a pickle, or a name is refused.</exception>
    public object? Run()
    {
        for (var opcode = (PickleOpcode)input.Byte(); opcode != Stop; opcode = (PickleOpcode)input.Byte())
        {
            object? value = ValueOf(opcode);
            if (value == _noValue)
                Act(opcode);
            else
                _stack.Push(value);
        }
        return _stack.Pop();
    }

    // What an opcode gives, from the input and from values that it takes off the stack.
    private object? ValueOf(PickleOpcode opcode) => opcode switch
    {
        None => null,
        NewTrue => true,
        NewFalse => false,
        BinInt => (long)input.Int32(),
        BinInt1 => (long)input.Byte(),
        BinInt2 => (long)input.UInt16(),
        Long1 => input.Integer(input.Byte()),
        Long4 => input.Integer(input.UInt32()),
        BinFloat => input.Double(),
        ShortBinString or ShortBinUnicode => input.Text(input.Byte()),
        BinString or BinUnicode => input.Text(input.UInt32()),
        BinUnicode8 => input.Text(input.UInt64()),
        ShortBinBytes => input.Bytes(input.Byte()),
        BinBytes => input.Bytes(input.UInt32()),
        BinBytes8 or ByteArray8 => input.Bytes(input.UInt64()),
        EmptyTuple => Array.Empty<object?>(),
        EmptyList or EmptySet => new List<object?>(),
        EmptyDict => NewDictionary(),
        Tuple1 => _stack.PopTop(1),
        Tuple2 => _stack.PopTop(2),
        Tuple3 => _stack.PopTop(3),
        PickleOpcode.Tuple => _stack.PopMarked(),
        PickleOpcode.List or FrozenSet => new List<object?>(_stack.PopMarked()),
        Dict => SetAll(NewDictionary(), _stack.PopMarked()),
        Dup => _stack.Peek(),
        BinGet => Recall(input.Byte()),
        LongBinGet => Recall(input.UInt32()),
        PickleOpcode.Global => resolve(input.Line(), input.Line()),
        StackGlobal => StackedGlobal(_stack.PopTop(2)),
        Inst => Call(resolve(input.Line(), input.Line()), _stack.PopMarked()),
        Obj => CallFirst(_stack.PopMarked()),
        Reduce or NewObj => CallTop(),
        BinPersistentId => load(_stack.Pop()),
        _ => _noValue,
    };

    private void Act(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: _stack.Mark(); break;
            case Append: AddAll(_stack.PopTop(1)); break;
            case Appends or AddItems: AddAll(_stack.PopMarked()); break;
            case SetItem: SetAll(_stack.PopTop(2)); break;
            case SetItems: SetAll(_stack.PopMarked()); break;
            case Protocol: CheckProtocol(input.Byte()); break;
            case Frame: input.CheckLeft(input.UInt64()); break;
            case Pop: _stack.Pop(); break;
            case PopMark: _stack.PopMarked(); break;
            case BinPut: _memo[input.Byte()] = _stack.Peek(); break;
            case LongBinPut: _memo[input.UInt32()] = _stack.Peek(); break;
            case Memoize: _memo[_memo.Count] = _stack.Peek(); break;
            case Build: SetState(_stack.Pop()); break;
            default:
                throw new InvalidDataException(
                    $"its pickle has the opcode 0x{(byte)opcode:x2} before byte {input.Position}, which is none of protocols 2 to 5");
        }
    }

    private static void CheckProtocol(byte protocol)
    {
        if (protocol > NewestProtocol)
            throw new InvalidDataException($"its pickle has protocol {protocol}; protocols up to {NewestProtocol} are known");
    }

    private object? Recall(long index) => _memo.TryGetValue(index, out object? value)
        ? value
        : throw new InvalidDataException($"its pickle recalls value {index}, which it never stored; the file is damaged");

    private object StackedGlobal(object?[] names) => names is [string module, string name]
        ? resolve(module, name)
        : throw new InvalidDataException(
            $"its pickle names a Python class by {PickleValue.Describe(names[0])} and {PickleValue.Describe(names[1])}; the file is damaged");

    private object? CallTop()
    {
        object?[] arguments = _stack.Pop<object?[]>("a tuple of arguments");
        return Call(_stack.Pop(), arguments);
    }

    private object? CallFirst(object?[] values) => values.Length > 0
        ? Call(values[0], values[1..])
        : throw new InvalidDataException("its pickle calls nothing; the file is damaged");

    // Functions copy the rows of values that they are given. A row that is stored once and handed over again and again would take any amount of memory.
    private object? Call(object? function, object?[] arguments)
    {
        if (function is not PickleFunction known)
            throw new InvalidDataException($"its pickle calls {PickleValue.Describe(function)}, which is not a function");
        _handedOver += arguments.OfType<IReadOnlyList<object?>>().Sum(row => (long)row.Count);
        if (_handedOver > input.Count)
        {
            throw new InvalidDataException(
                $"its pickle hands over {_handedOver} values within {input.Count} bytes; a file of weights hands over each value once");
        }
        return known.Call(arguments);
    }

    // The one state that files of weights carry is the "_metadata" attribute of an OrderedDict: layer versions, which nothing here needs.
    private void SetState(object? state)
    {
        if (_stack.Peek() is not OrderedDictionary<string, object?> || state is not OrderedDictionary<string, object?>)
        {
            throw new InvalidDataException(
                $"its pickle sets the state of {PickleValue.Describe(_stack.Peek())}; only a dictionary has one in a file of weights");
        }
    }

    private void AddAll(object?[] items) => _stack.Peek<List<object?>>("a list").AddRange(items);

    private void SetAll(object?[] keysAndValues) => SetAll(_stack.Peek<OrderedDictionary<string, object?>>("a dictionary"), keysAndValues);

    // Only text keys are kept: the others, such as the numbers of an optimizer's state, name no weights.
    private static OrderedDictionary<string, object?> SetAll(OrderedDictionary<string, object?> dictionary, object?[] keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0)
            throw new InvalidDataException("its pickle has a dictionary key without a value; the file is damaged");
        for (int i = 0; i < keysAndValues.Length; i += 2)
        {
            if (keysAndValues[i] is string key)
                dictionary[key] = keysAndValues[i + 1];
        }
        return dictionary;
    }

    private static OrderedDictionary<string, object?> NewDictionary() => new(StringComparer.Ordinal);
}
