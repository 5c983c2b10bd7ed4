using System.Net;
using System.Net.Sockets;

namespace TransferLearning.Tests.Weights;

/// <summary>A web server on this machine that answers as the test says.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private int _requests;

    public LoopbackServer()
    {
        int port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}/models/net.pth");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    public int Requests => _requests;

    public Action<HttpListenerContext> Answer { get; set; } = context => context.Response.Abort();

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                Interlocked.Increment(ref _requests);
                Answer(context);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
