using System.Text;
using TransferLearning.Formats.Pickle;
using TransferLearning.Formats.PyTorch;

namespace TransferLearning.Tests.Formats;

public sealed class PickleMachineTests
{
    [Fact]
    public void Run_NumbersAndText_AreRead()
    {
        // (-2, 300, 2**64, 1.5, 'é', b'ab', True, None) in protocol 2, and its text and bytes in protocol 4.
        byte[] pickle = [0x80, 2, .. "("u8, .. "J"u8, 0xfe, 0xff, 0xff, 0xff, .. "M"u8, 0x2c, 0x01, 0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            .. "G"u8, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0x8c, 2, 0xc3, 0xa9, .. "C"u8, 2, .. "ab"u8, 0x88, .. "Nt."u8];

        var values = Assert.IsType<object?[]>(Run(pickle));

        Assert.Equal(-2L, values[0]);
        Assert.Equal(300L, values[1]);
        Assert.Equal(System.Numerics.BigInteger.Pow(2, 64), values[2]);
        Assert.Equal(1.5, values[3]);
        Assert.Equal("é", values[4]);
        Assert.Equal("ab"u8.ToArray(), values[5]);
        Assert.Equal(true, values[6]);
        Assert.Null(values[7]);
    }

    [Fact]
    public void Run_OrderedDictOfPython2_HasItsPairs()
    {
        // OrderedDict([['b', 1], ['a', 2]]) as Python 2 writes it.
        byte[] pickle = [0x80, 2, .. "ccollections\nOrderedDict\n]("u8, .. "](U"u8, 1, .. "bK"u8, 1, .. "e](U"u8, 1, .. "aK"u8, 2, .. "ee"u8, 0x85, .. "R."u8];

        var dictionary = Assert.IsType<OrderedDictionary<string, object?>>(Run(pickle));

        Assert.Equal(["b", "a"], dictionary.Keys);
        Assert.Equal([1L, 2L], dictionary.Values);
    }

    [Fact]
    public void Run_ValueThatHoldsItself_IsRead()
    {
        var list = Assert.IsType<List<object?>>(Run([0x80, 2, .. "]q"u8, 0, .. "h"u8, 0, .. "a."u8]));

        Assert.Same(list, Assert.Single(list));
    }

    [Fact]
    public void Run_AMillionNestedLists_NeedsNoDeepStack()
    {
        const int Depth = 1_000_000;
        byte[] pickle = [0x80, 2, .. Enumerable.Repeat((byte)']', Depth), .. Enumerable.Repeat((byte)'a', Depth - 1), (byte)'.'];

        Assert.IsType<List<object?>>(Run(pickle));
    }

    [Theory]
    [InlineData("cos\nsystem\n.", "os.system")]
    [InlineData("(ios\nsystem\n.", "os.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("ctorch.storage\n_load_from_bytes\n.", "torch.storage._load_from_bytes")]
    public void Run_NameOutsideTheList_IsRefusedByName(string pickle, string name)
    {
        var error = Assert.Throws<InvalidDataException>(() => Run(Encoding.Latin1.GetBytes(pickle)));

        Assert.Contains($"'{name}'", error.Message);
    }

    [Fact]
    public void Run_StackedNameOutsideTheList_IsRefusedByName()
    {
        var error = Assert.Throws<InvalidDataException>(() => Run([0x80, 4, 0x8c, 5, .. "posix"u8, 0x8c, 6, .. "system"u8, 0x93, .. "."u8]));

        Assert.Contains("'posix.system'", error.Message);
    }

    [Theory]
    [InlineData("X\xff\xff\xff\x7f.", "2147483647 more bytes")]
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", "18446744073709551615 more bytes")]
    [InlineData("\x8e\x00\x00\x00\x00\x00\x01\x00\x00.", "more bytes")]
    [InlineData("B\x00\x00\x00\x7f.", "more bytes")]
    [InlineData("\x8b\x00\x00\x00\x7f.", "more bytes")]
    [InlineData("\x95\x00\x00\x00\x7f\x00\x00\x00\x00N.", "more bytes")]
    public void Run_ForgedLength_IsRefusedBeforeMemoryIsTaken(string pickle, string reason)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidDataException>(() => Run(Encoding.Latin1.GetBytes(pickle)));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Run_NameWithoutEnd_IsRefusedAfterAThousandLetters()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidDataException>(() => Run([(byte)'c', .. new byte[1 << 20]]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5 << 19); // the pickle itself, written down
        Assert.Contains("a Python name of more than 1000 letters", error.Message);
    }

    [Theory]
    [InlineData("c__builtin__\nlist\n")]
    [InlineData("ccollections\nOrderedDict\n")]
    public void Run_RowHandedOverAgainAndAgain_IsRefused(string function)
    {
        // Stores a list of 1000 numbers as value 0 and the function as value 1; each of 1000 calls then copies the list for six bytes.
        byte[] name = Encoding.Latin1.GetBytes(function);
        byte[] list = [.. "]q"u8, 0, (byte)'(', .. Enumerable.Repeat((byte)'N', 1000), (byte)'e', (byte)'0', .. name, (byte)'q', 1, (byte)'0'];
        byte[] calls = [.. Enumerable.Repeat<byte[]>([(byte)'h', 1, (byte)'h', 0, 0x85, (byte)'R'], 1000).SelectMany(call => call)];

        var error = Assert.Throws<InvalidDataException>(() => Run([0x80, 2, .. list, .. calls, (byte)'.']));

        Assert.Contains("hands over each value once", error.Message);
    }

    [Theory]
    [InlineData(".", "more values than it gave")]
    [InlineData("t.", "a mark that was never set")]
    [InlineData("h\x05.", "recalls value 5")]
    [InlineData("Na.", "more values than it gave")]
    [InlineData("NNa.", "nothing where a list belongs")]
    [InlineData("N)R.", "calls nothing")]
    [InlineData("]}b.", "sets the state of a list")]
    [InlineData("}(Nu.", "without a value")]
    [InlineData("X\x01\x00\x00\x00\xff.", "not UTF-8")]
    [InlineData("\xff.", "opcode 0xff")]
    [InlineData("\x80\x06N.", "protocol 6")]
    [InlineData("N", "cut short")]
    public void Run_DamagedPickle_SaysWhatIsWrong(string pickle, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Run(Encoding.Latin1.GetBytes(pickle)));

        Assert.Contains(reason, error.Message);
    }

    private static object? Run(byte[] pickle) =>
        new PickleMachine(new PickleInput(new MemoryStream(pickle)), TorchNames.Resolve, id => id).Run();
}
