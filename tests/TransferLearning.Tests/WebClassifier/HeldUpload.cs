using System.Net.Sockets;
using System.Text;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>An upload on a connection of its own, of which half is sent.</summary>
internal sealed class HeldUpload : IDisposable
{
    private readonly TcpClient _connection = new();
    private readonly byte[] _image;

    private HeldUpload(byte[] image) => _image = image;

    public static async Task<HeldUpload> StartAsync(Uri site, byte[] image)
    {
        var upload = new HeldUpload(image);
        await upload._connection.ConnectAsync(site.Host, site.Port);
        string[] head = ["POST /classify HTTP/1.1", $"Host: {site.Authority}", "Content-Type: image/jpeg", $"Content-Length: {image.Length}", "Connection: close"];
        await upload._connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(head.Append("").Select(line => $"{line}\r\n"))));
        await upload._connection.GetStream().WriteAsync(image.AsMemory(0, image.Length / 2));
        return upload;
    }

    /// <summary>Sends the other half.</summary>
    public async Task FinishAsync() => await _connection.GetStream().WriteAsync(_image.AsMemory(_image.Length / 2));

    /// <summary>The whole response, head and body.</summary>
    public Task<string> ReadAsync() => new StreamReader(_connection.GetStream()).ReadToEndAsync();

    public void Dispose() => _connection.Dispose();
}
