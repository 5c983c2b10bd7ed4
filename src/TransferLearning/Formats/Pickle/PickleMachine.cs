using static TransferLearning.Formats.Pickle.PickleOpcode;

namespace TransferLearning.Formats.Pickle;

/// <summary>
/// Reads one pickle into plain values. It calls only what <paramref name="resolve"/> hands it, and never recurses, however deep the values nest.
/// </summary>
/// <remarks>Source: the opcode descriptions of Python's <c>Lib/pickletools.py</c>, protocols 2 to 5.</remarks>
/// <param name="input">The bytes; left after the pickle's last one.</param>
/// <param name="resolve">
/// From a Python name, module and class, to what stands for it: a <see cref="PickleFunction"/> or a plain value. It refuses by throwing.
/// </param>
/// <param name="load">From a persistent id, by which a pickle names data outside itself, to what stands for it.</param>
internal sealed class PickleMachine(PickleInput input, Func<string, string, object> resolve, Func<object?, object?> load)
{
    private const int NewestProtocol = 5;

    private readonly PickleStack _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private long _handedOver;

    /// <summary>Reads up to the end of the pickle.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pickle, or a name is refused.</exception>
    public object? Run()
    {
        for (var opcode = (PickleOpcode)input.Byte(); opcode != Stop; opcode = (PickleOpcode)input.Byte())
        {
            if (!Push(opcode) && !Collect(opcode))
                Act(opcode);
        }
        return _stack.Pop();
    }

    // Opcodes that push one value read from the input.
    private bool Push(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case None: _stack.Push(null); break;
            case NewTrue: _stack.Push(true); break;
            case NewFalse: _stack.Push(false); break;
            case BinInt: _stack.Push((long)input.Int32()); break;
            case BinInt1: _stack.Push((long)input.Byte()); break;
            case BinInt2: _stack.Push((long)input.UInt16()); break;
            case Long1: _stack.Push(input.Integer(input.Byte())); break;
            case Long4: _stack.Push(input.Integer(input.UInt32())); break;
            case BinFloat: _stack.Push(input.Double()); break;
            case ShortBinString or ShortBinUnicode: _stack.Push(input.Text(input.Byte())); break;
            case BinString or BinUnicode: _stack.Push(input.Text(input.UInt32())); break;
            case BinUnicode8: _stack.Push(input.Text(input.UInt64())); break;
            case ShortBinBytes: _stack.Push(input.Bytes(input.Byte())); break;
            case BinBytes: _stack.Push(input.Bytes(input.UInt32())); break;
            case BinBytes8 or ByteArray8: _stack.Push(input.Bytes(input.UInt64())); break;
            case EmptyTuple: _stack.Push(Array.Empty<object?>()); break;
            case EmptyList or EmptySet: _stack.Push(new List<object?>()); break;
            case EmptyDict: _stack.Push(NewDictionary()); break;
            default: return false;
        }
        return true;
    }

    // Opcodes that gather values of the stack.
    private bool Collect(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: _stack.Mark(); break;
            case Tuple1: _stack.Push(_stack.PopTop(1)); break;
            case Tuple2: _stack.Push(_stack.PopTop(2)); break;
            case Tuple3: _stack.Push(_stack.PopTop(3)); break;
            case PickleOpcode.Tuple: _stack.Push(_stack.PopMarked()); break;
            case PickleOpcode.List or FrozenSet: _stack.Push(new List<object?>(_stack.PopMarked())); break;
            case Dict: _stack.Push(SetAll(NewDictionary(), _stack.PopMarked())); break;
            case Append: AddAll(_stack.PopTop(1)); break;
            case Appends or AddItems: AddAll(_stack.PopMarked()); break;
            case SetItem: SetAll(_stack.PopTop(2)); break;
            case SetItems: SetAll(_stack.PopMarked()); break;
            default: return false;
        }
        return true;
    }

    private void Act(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Protocol: CheckProtocol(input.Byte()); break;
            case Frame: input.CheckLeft(input.UInt64()); break;
            case Pop: _stack.Pop(); break;
            case PopMark: _stack.PopMarked(); break;
            case Dup: _stack.Push(_stack.Peek()); break;
            case BinGet: _stack.Push(Recall(input.Byte())); break;
            case LongBinGet: _stack.Push(Recall(input.UInt32())); break;
            case BinPut: _memo[input.Byte()] = _stack.Peek(); break;
            case LongBinPut: _memo[input.UInt32()] = _stack.Peek(); break;
            case Memoize: _memo[_memo.Count] = _stack.Peek(); break;
            case PickleOpcode.Global: _stack.Push(resolve(input.Line(), input.Line())); break;
            case StackGlobal: StackedGlobal(_stack.PopTop(2)); break;
            case Inst: _stack.Push(Call(resolve(input.Line(), input.Line()), _stack.PopMarked())); break;
            case Obj: CallFirst(_stack.PopMarked()); break;
            case Reduce or NewObj: CallTop(); break;
            case Build: SetState(_stack.Pop()); break;
            case BinPersistentId: _stack.Push(load(_stack.Pop())); break;
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

    private void StackedGlobal(object?[] names)
    {
        if (names is not [string module, string name])
        {
            throw new InvalidDataException(
                $"its pickle names a Python class by {PickleValue.Describe(names[0])} and {PickleValue.Describe(names[1])}; the file is damaged");
        }
        _stack.Push(resolve(module, name));
    }

    private void CallTop()
    {
        object?[] arguments = _stack.Pop<object?[]>("a tuple of arguments");
        _stack.Push(Call(_stack.Pop(), arguments));
    }

    private void CallFirst(object?[] values)
    {
        if (values.Length == 0)
            throw new InvalidDataException("its pickle calls nothing; the file is damaged");
        _stack.Push(Call(values[0], values[1..]));
    }

    // Functions copy the rows of values that they are given. A row that is stored once and handed over again and again would take any amount of memory.
    private object? Call(object? function, object?[] arguments)
    {
        if (function is not PickleFunction known)
            throw new InvalidDataException($"its pickle calls {PickleValue.Describe(function)}, which is no function");
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
