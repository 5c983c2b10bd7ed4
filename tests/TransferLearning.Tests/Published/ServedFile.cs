using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TransferLearning.Tests.Published;

/// <summary>A file as a server gives it: whole, or from an offset on.</summary>
internal sealed class ServedFile(byte[] content)
{
    private const int Piece = 1 << 18;

    public string? EntityTag { get; init; }

    public bool KnowsRange { get; init; } = true;

    public Task Send(HttpContext context) => Send(context, content.Length);

    /// <summary>Sends what comes before an offset, waits, and breaks off.</summary>
    public async Task Cut(HttpContext context, int at, Task until)
    {
        await Send(context, at);
        await until.WaitAsync(context.RequestAborted);
        context.Abort();
    }

    /// <summary>Sends what comes before an offset, and then nothing.</summary>
    public async Task Stall(HttpContext context, int at, Action then)
    {
        await Send(context, at);
        then();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private async Task Send(HttpContext context, int end)
    {
        int from = Start(context.Request);
        context.Response.Headers.ETag = EntityTag;
        if (from >= content.Length)
        {
            context.Response.StatusCode = 416;
            return;
        }

        context.Response.ContentLength = content.Length - from;
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{content.Length - 1}/{content.Length}");
        }
        foreach (Range piece in Pieces(from, end))
            await context.Response.Body.WriteAsync(content.AsMemory(piece));
        await context.Response.Body.FlushAsync();
    }

    // Kestrel gives the system what one write holds at once, in buffers of 4 kB, and Wine takes no more than 1024 of them.
    private static IEnumerable<Range> Pieces(int from, int end)
    {
        for (int at = from; at < end; at += Piece)
            yield return at..Math.Min(at + Piece, end);
    }

    private int Start(HttpRequest request)
    {
        bool isOfThisVersion = request.Headers.IfRange.Count == 0 || request.Headers.IfRange == EntityTag;
        return KnowsRange && isOfThisVersion && RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out RangeHeaderValue? range)
            ? (int)range.Ranges.Single().From!.Value
            : 0;
    }
}
