using System.Security.Cryptography;
using System.Text;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Servers that lie about what they send, send it without an end, or speak no HTTP, asked for weights by a store.</summary>
internal sealed class ServerAttack : AttackKind
{
    private const int LargestFile = 1 << 20;
    private const int MostServed = 96 << 20;

    private static readonly byte[] _content = new RandomStream(7).Bytes(100_000);
    private static readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(_content));
    private static readonly byte[] _answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {_content.Length}\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n"), .. _content];

    private static readonly (string Name, Func<string, Stream, CancellationToken, Task> Answer)[] _servers =
    [
        ("the right file", (_, stream, end) => stream.WriteAsync(_answer, end).AsTask()),
        ("another file", Sends(_ => Body(_content.Length, [.. _content[1..], 0]))),
        ("a body without an end", Endless("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", chunked: false)),
        ("chunks without an end", Endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunked: true)),
        ("a body of a declared exabyte", Endless("HTTP/1.1 200 OK\r\nContent-Length: 1152921504606846976\r\n\r\n", chunked: false)),
        ("less than it says", Sends(_ => Body(_content.Length + 100, _content))),
        ("more than it says", Sends(_ => Body(100, _content))),
        ("a length below zero", Sends(_ => Body(-1, _content))),
        ("a length of 2^64", Sends(_ => Head("200 OK", "Content-Length: 18446744073709551616"))),
        ("a length that is no number", Sends(_ => Head("200 OK", "Content-Length: many"))),
        ("two lengths", Sends(_ => Head("200 OK", "Content-Length: 5", "Content-Length: 100000"))),
        ("a length and chunks", Sends(_ => [.. Head("200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"), .. "5\r\nhello\r\n0\r\n\r\n"u8])),
        ("a chunk of 2^60 bytes", Sends(_ => [.. Head("200 OK", "Transfer-Encoding: chunked"), .. "fffffffffffffff\r\nx"u8])),
        ("a chunk whose size is no number", Sends(_ => [.. Head("200 OK", "Transfer-Encoding: chunked"), .. "zz\r\nx"u8])),
        ("a part that was not asked for", Sends(_ => [.. Head("206 Partial Content", "Content-Range: bytes 50-99/100000", "Content-Length: 50"), .. _content[50..100]])),
        ("a part without a range", Sends(_ => [.. Head("206 Partial Content", "Content-Length: 50"), .. _content[50..100]])),
        ("a part of nothing", Sends(_ => Head("206 Partial Content", "Content-Range: bytes */-5", "Content-Length: 0"))),
        ("a rest that does not go on", Sends(request => IsRest(request)
            ? [.. Head("206 Partial Content", "Content-Range: bytes 7-9/10", "Content-Length: 3"), 1, 2, 3]
            : Body(_content.Length, _content[..50_000]))),
        ("a rest of another version", Sends(request => IsRest(request)
            ? [.. Head("206 Partial Content", "ETag: \"v2\"", $"Content-Range: bytes 50000-{_content.Length - 1}/{_content.Length}"), .. _content[50_000..]]
            : Body(_content.Length, _content[..50_000]))),
        ("no range, whatever is asked", Sends(request => IsRest(request) ? Head("416 Range Not Satisfiable") : Body(_content.Length, _content[..50_000]))),
        ("itself as a redirect", Sends(_ => Head("302 Found", "Location: net.pth"))),
        ("ever longer addresses", Sends(request => Head("302 Found", $"Location: {request.Split(' ')[1]}x"))),
        ("a redirect to a file", Sends(_ => Head("302 Found", "Location: file:///etc/passwd"))),
        ("a redirect to FTP", Sends(_ => Head("302 Found", "Location: ftp://127.0.0.1/net.pth"))),
        ("a redirect to another machine over http", Sends(_ => Head("302 Found", "Location: http://192.0.2.1/net.pth"))),
        ("a redirect to nowhere", Sends(_ => Head("302 Found", "Location: "))),
        ("a redirect to no address", Sends(_ => Head("302 Found", "Location: http://[::1"))),
        ("a redirect of 60 kB", Sends(_ => Head("302 Found", "Location: /" + new string('a', 60_000)))),
        ("one byte after another", async (_, stream, end) =>
        {
            await HostileServer.Say(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", end);
            for (int at = 0; at < 100_000; at++)
            {
                await stream.WriteAsync(_content.AsMemory(at, 1), end);
                await Task.Delay(20, end);
            }
        }),
        ("one byte of the head after another", async (_, stream, end) =>
        {
            foreach (byte letter in Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000)))
            {
                await stream.WriteAsync(new[] { letter }, end);
                await Task.Delay(20, end);
            }
        }),
        ("nothing", (_, _, end) => Task.Delay(Timeout.Infinite, end)),
        ("an end", (_, _, _) => Task.CompletedTask),
        ("a header of 4 MB", Sends(_ => Head("200 OK", "X: " + new string('x', 4 << 20)))),
        ("100,000 headers", Sends(_ => Head("200 OK", [.. Enumerable.Range(0, 100_000).Select(i => $"X-{i}: x")]))),
        ("headers without an end", async (_, stream, end) =>
        {
            await HostileServer.Say(stream, "HTTP/1.1 200 OK\r\n", end);
            while (true)
                await HostileServer.Say(stream, "X: " + new string('x', 1000) + "\r\n", end);
        }),
        ("a header that is none", Sends(_ => Head("200 OK", "no colon", "a\0b: c"))),
        ("a hundred thousand times 'go on'", Sends(_ => [.. Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), 100_000).SelectMany(part => part)])),
        ("another protocol", Sends(_ => [.. "SSH-2.0-OpenSSH_9.0\r\n"u8])),
        ("another version of HTTP", Sends(_ => [.. "HTTP/9.9 200 OK\r\n\r\n"u8])),
        ("a status of 999", Sends(_ => Head("999 What"))),
        ("a status of four digits", Sends(_ => Head("2000 OK"))),
        ("a status without text", Sends(_ => Head("503"))),
        ("a wait of a century", Sends(_ => Head("503 Busy", "Retry-After: 3153600000"))),
        ("a wait below zero", Sends(_ => Head("503 Busy", "Retry-After: -5"))),
        ("a wait until the past", Sends(_ => Head("503 Busy", "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"))),
        ("a wait that is none", Sends(_ => Head("503 Busy", "Retry-After: soon"))),
        ("a tag that is none", Sends(_ => [.. Head("200 OK", "ETag: v1\u00ff\"", $"Content-Length: {_content.Length}"), .. _content[..50_000]])),
        ("a tag of 50 kB", Sends(_ => [.. Head("200 OK", $"ETag: \"{new string('v', 50_000)}\"", $"Content-Length: {_content.Length}"), .. _content[..50_000]])),
        ("a compressed body", Sends(_ => [.. Head("200 OK", "Content-Encoding: gzip", $"Content-Length: {_content.Length}"), .. _content])),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly FileMutator _mutator = new(_answer, [(0, _answer.Length - _content.Length)]);
    private int _made;

    public override long MemoryBound => 64L << 20;

    /// <summary>Every case is cancelled after a few seconds, and must then end.</summary>
    public override TimeSpan Limit => TimeSpan.FromSeconds(30);

    public override Attack Make(long seed, int number)
    {
        if (number < _servers.Length)
        {
            (string name, Func<string, Stream, CancellationToken, Task> answer) = _servers[number];
            return new Attack($"a server that sends {name}", () => Fetch(answer));
        }

        var random = new RandomStream(seed, number);
        _mutator.Mutate(random);
        byte[] bytes = _mutator.Bytes.ToArray();
        return new Attack($"a server whose answer {_mutator.Description}", () => Fetch((_, stream, end) => stream.WriteAsync(bytes, end).AsTask()));
    }

    public override bool IsDocumented(Exception error) => error is WeightsUnavailableException or OperationCanceledException;

    public override void Dispose() => _folder.Dispose();

    private static bool IsRest(string request) => request.Contains("\r\nRange:", StringComparison.OrdinalIgnoreCase);

    private static byte[] Head(string status, params string[] headers) =>
        Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    private static byte[] Body(long length, byte[] body) => [.. Head("200 OK", $"Content-Length: {length}", "ETag: \"v1\""), .. body];

    private static Func<string, Stream, CancellationToken, Task> Sends(Func<string, byte[]> answer) => (request, stream, end) => stream.WriteAsync(answer(request), end).AsTask();

    private static Func<string, Stream, CancellationToken, Task> Endless(string head, bool chunked) => async (_, stream, end) =>
    {
        await HostileServer.Say(stream, head, end);
        byte[] block = new byte[1 << 20];
        byte[] part = chunked ? [.. "100000\r\n"u8, .. block, .. "\r\n"u8] : block;
        for (long sent = 0; sent < MostServed; sent += block.Length)
            await stream.WriteAsync(part, end);
        await Task.Delay(Timeout.Infinite, end);
    };

    private void Fetch(Func<string, Stream, CancellationToken, Task> answer)
    {
        using var server = new HostileServer(answer);
        string folder = _folder.File($"{_made++}");
        var store = new WeightsStore(new WeightsStoreOptions
        {
            Folder = folder,
            HubFolder = null,
            Offline = false,
            Mirror = null,
            LargestFile = LargestFile,
            Attempts = 3,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(50),
            InactivityTimeout = TimeSpan.FromSeconds(1),
        });
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            string path = store.Fetch(new WeightsSource.Published(server.Address, _hash), cancellationToken: cancellation.Token);
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(_content))
                throw new AttackFailedException("gave another file than the one with the hash");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new AttackFailedException("was cancelled, though nobody asked");
        }
        finally
        {
            long kept = Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles().Sum(file => file.Length) : 0;
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            if (kept > LargestFile)
                throw new AttackFailedException($"wrote {kept} bytes where a file may have {LargestFile}");
        }
    }
}
