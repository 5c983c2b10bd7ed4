using System.Net;
using System.Net.Http.Headers;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>A body of which half is sent, and the rest when the test says so.</summary>
internal sealed class HeldContent : HttpContent
{
    private readonly byte[] _content;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldContent(byte[] content)
    {
        _content = content;
        Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
    }

    public void Release() => _released.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        int half = _content.Length / 2;
        await stream.WriteAsync(_content.AsMemory(0, half));
        await stream.FlushAsync();
        await _released.Task;
        await stream.WriteAsync(_content.AsMemory(half));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Length;
        return true;
    }
}
