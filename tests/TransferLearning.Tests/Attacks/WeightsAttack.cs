using System.Text;
using TransferLearning.Formats;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Weights whose header is absurd, and a share of what <see cref="FuzzRun"/> does.</summary>
internal sealed class WeightsAttack : AttackKind
{
    private static readonly (string Name, Func<byte[]> Make)[] _headers =
    [
        ("a shape of a million numbers", () => File("{\"a\":{\"dtype\":\"F32\",\"shape\":[" + Join(1_000_000, _ => "1") + "],\"data_offsets\":[0,4]}}", 4)),
        ("50,000 empty tensors", () => File("{" + Join(50_000, i => $"\"{i}\":" + """{"dtype":"F32","shape":[0],"data_offsets":[0,0]}""") + "}", 0)),
        ("200,000 entries of metadata", () => File("{\"__metadata__\":{" + Join(200_000, i => $"\"{i}\":\"\"") + "}}", 0)),
        ("a million brackets", () => File("{\"a\":" + new string('[', 1_000_000), 0)),
        ("a shape whose product overflows", () => File("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0)),
        ("a shape of negative sides", () => File("""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4)),
        ("offsets that are the other way round", () => File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4)),
        ("a header of 2^63 bytes", () => [.. BitConverter.GetBytes(1UL << 63), .. "{}"u8]),
        ("a header of 2 GiB", () => [.. BitConverter.GetBytes(2UL << 30), .. "{}"u8]),
        ("a name of 8 MiB", () => File("{\"" + new string('x', 8 << 20) + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Watchdog _watchdog = new();
    private readonly FuzzedFile[] _files;

    public WeightsAttack()
    {
        string own = _folder.File("own.safetensors");
        using (var network = new SmallNetwork())
            Safetensors.Write(own, [.. network.state_dict().Select(entry => (entry.Key, entry.Value))]);
        string[] references = [.. FuzzRun.ReferenceFiles.Select(file => Path.Combine(ReferenceData.Root, file)).Where(System.IO.File.Exists)];
        _files = [new FuzzedFile(own), .. references.Select(file => new FuzzedFile(file))];
    }

    /// <summary>Some tens of times the largest header here, of 8 MiB; each mutation is held to a bound of its own, see <see cref="FuzzedFile"/>.</summary>
    public override long MemoryBound => 256L << 20;

    public override Attack Make(long seed, int number)
    {
        if (number < _headers.Length)
        {
            byte[] bytes = _headers[number].Make();
            return new Attack(_headers[number].Name, () => WeightsFile.Read(new MemoryStream(bytes), "hostile").Dispose());
        }

        FuzzedFile file = _files[number % _files.Length];
        return new Attack($"mutation {number} of {file.Name}", () =>
        {
            if (file.Read(seed, number, _watchdog, resident: null).WasRefused)
                throw new WeightsFormatException(file.Name, "refused");
        });
    }

    public override bool IsDocumented(Exception error) => error is WeightsFormatException;

    public override void Dispose()
    {
        _watchdog.Dispose();
        _folder.Dispose();
    }

    private static string Join(int count, Func<int, string> part) => string.Join(',', Enumerable.Range(0, count).Select(part));

    private static byte[] File(string header, int dataBytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[dataBytes]];
    }
}
