using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TransferLearning.Tests.Published;

/// <summary>A web server on this machine that answers as the test says, to several at once; over https with a certificate that nobody trusts.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly WebApplication _application;
    private readonly X509Certificate2? _certificate;

    public LoopbackServer() : this(certificate: null)
    {
    }

    private LoopbackServer(X509Certificate2? certificate)
    {
        _certificate = certificate;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen =>
        {
            if (_certificate is not null)
                listen.UseHttps(_certificate);
        }));
        _application = builder.Build();
        _application.Run(context =>
        {
            Requests.Enqueue(new ReceivedRequest(
                context.Request.Method, context.Request.Path, context.Request.Headers.Range, context.Request.Headers.IfRange, context.Request.Headers.Authorization));
            return Answer(context);
        });
        _application.StartAsync().GetAwaiter().GetResult();
        Address = new Uri(_application.Urls.Single() + "/models/net.pth");
    }

    /// <summary>A server over https; skips the test where the system makes no key for its certificate, as Wine does not.</summary>
    public static LoopbackServer RequireSecure()
    {
        X509Certificate2? certificate = null;
        try
        {
            certificate = NewCertificate();
        }
        catch (CryptographicException refusal)
        {
            Skip.If(true, $"needs a key for a certificate, and the system makes none: {refusal.Message}");
        }
        return new LoopbackServer(certificate);
    }

    /// <summary>Where a file would be; every other path is answered too.</summary>
    public Uri Address { get; }

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = context => Refuse(context, 404);

    public static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public static Task Redirect(HttpContext context, Uri location)
    {
        context.Response.Headers.Location = location.OriginalString;
        return Refuse(context, 302);
    }

    public void Dispose()
    {
        _application.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _certificate?.Dispose();
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);     // Windows serves with no key that lives in memory alone
    }
}
