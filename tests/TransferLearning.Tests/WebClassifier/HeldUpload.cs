using System.Net.Sockets;
using System.Text;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>An upload on a connection of its own, which the server has let in, and of which half is sent.</summary>
internal sealed class HeldUpload : IDisposable
{
    private readonly TcpClient _connection = new();
    private readonly byte[] _image;

    private HeldUpload(byte[] image) => _image = image;

    public static async Task<HeldUpload> StartAsync(Uri site, byte[] image)
    {
        var upload = new HeldUpload(image);
        await upload._connection.ConnectAsync(site.Host, site.Port);
        string[] head =
        [
            "POST /classify HTTP/1.1", $"Host: {site.Authority}", "Content-Type: image/jpeg", $"Content-Length: {image.Length}", "Expect: 100-continue",
            "Connection: close",
        ];
        await upload._connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(head.Append("").Select(line => $"{line}\r\n"))));
        await upload.ContinueAsync();
        await upload._connection.GetStream().WriteAsync(image.AsMemory(0, image.Length / 2));
        return upload;
    }

    // The server asks for the body once it has let the request in.
    private async Task ContinueAsync()
    {
        byte[] expected = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), received = new byte[expected.Length];
        await _connection.GetStream().ReadExactlyAsync(received);
        Assert.Equal(Encoding.ASCII.GetString(expected), Encoding.ASCII.GetString(received));
    }

    /// <summary>Sends the other half.</summary>
    public async Task FinishAsync() => await _connection.GetStream().WriteAsync(_image.AsMemory(_image.Length / 2));

    /// <summary>The whole response, head and body.</summary>
    public Task<string> ReadAsync() => new StreamReader(_connection.GetStream()).ReadToEndAsync();

    public void Dispose() => _connection.Dispose();
}
