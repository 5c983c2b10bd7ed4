using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Formats.Onnx;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Formats.Onnx.WireBytes;

namespace TransferLearning.Tests.Attacks;

/// <summary>ONNX files of absurd messages, and damaged ones.</summary>
internal sealed class OnnxAttack : AttackKind
{
    private const int Size = 10 << 20;

    private static readonly (string Name, Func<byte[]> Make)[] _files =
    [
        ("five million empty nodes", () => Field(7, Repeat(Field(1), Size / 2))),
        ("five million empty attributes", () => Field(7, Field(1, Repeat(Field(5), Size / 2)))),
        ("two million graphs in attributes", () => Field(7, Repeat(Field(1, Field(5, Field(6))), Size / 6))),
        ("five million dimensions", () => Field(7, Field(11, Field(2, Field(1, Field(2, Repeat(Field(1), Size / 2))))))),
        ("ten million integers of an attribute", () => Field(7, Field(1, Field(5, Field(8, new byte[Size]))))),
        ("a name of ten megabytes", () => Field(7, Field(2, new byte[Size]))),
        ("five million fields that nobody knows", () => [.. Repeat([.. Tag(12, 0), 1], Size / 2), .. Field(7)]),
        ("messages three thousand deep", () => Field(7, Nest(3000, 1, 5, 6))),
        ("a tensor of 2^62 elements", () => Field(7, Field(5, Tag(1, 0), Varint(1L << 62), Tag(2, 0), [1], Field(9, new byte[64])))),
        ("ten million integers that stand for eighty megabytes", () => Field(7, Field(5, Tag(1, 0), Varint(Size), Tag(2, 0), [7], Field(7, new byte[Size])))),
        ("a length of a terabyte", () => Field(7, Field(5, [.. Tag(9, 2), .. Varint(1L << 40)]))),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Watchdog _watchdog = new();
    private readonly FuzzedFile _sample;

    public OnnxAttack()
    {
        File.WriteAllBytes(_folder.File("sample.onnx"), SampleOnnx.Model().ToByteArray());
        _sample = new FuzzedFile(_folder.File("sample.onnx"));
    }

    /// <summary>Three times the largest file here and 64 MiB.</summary>
    public override long MemoryBound => FuzzedFile.OnnxTimesFile * Size + FuzzedFile.MemoryForAnyOnnx;

    public override Attack Make(long seed, int number)
    {
        if (number < _files.Length)
        {
            byte[] bytes = _files[number].Make();
            return new Attack(_files[number].Name, () => SampleOnnx.ReadAll(new MemoryStream(bytes), "hostile.onnx").Dispose());
        }

        return new Attack($"mutation {number} of {_sample.Name}", () =>
        {
            if (_sample.Read(seed, number, _watchdog, resident: null).WasRefused)
                throw new OnnxFormatException(_sample.Name, "refused");
        });
    }

    public override bool IsDocumented(Exception error) => error is OnnxFormatException;

    public override void Dispose()
    {
        _watchdog.Dispose();
        _folder.Dispose();
    }
}
