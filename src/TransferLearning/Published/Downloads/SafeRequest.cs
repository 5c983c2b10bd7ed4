using System.Net;
using System.Net.Http.Headers;

namespace TransferLearning.Published.Downloads;

/// <summary>Sends a request and follows where the server sends it on, as long as each step is as safe as the one before.</summary>
internal static class SafeRequest
{
    private const int MostRedirects = 10;

    // The store's InactivityTimeout limits each wait; a limit on the whole would punish large files. Redirects are followed here, not by the handler.
    private static readonly HttpClient _sharedClient = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks for a file.</summary>
    /// <param name="client">Sends the requests; null: a client of the library's own.</param>
    /// <param name="address">Where to begin.</param>
    /// <param name="prepare">Gives each request its headers, and another method than GET.</param>
    /// <param name="cancellationToken">Stops the wait for an answer.</param>
    /// <param name="staysOnServer">Whether an answer that leads to another server is what was asked for.</param>
    /// <returns>The first answer that leads nowhere else; its body has not been read.</returns>
    /// <exception cref="FailedAttemptException">The server sends the request on to where it may not go, or round in circles.</exception>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient? client, Uri address, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken, bool staysOnServer = false)
    {
        Uri current = address;
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));     // a compressed body would have other offsets and another hash
            prepare(request);
            HttpResponseMessage response = await (client ?? _sharedClient)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            try
            {
                // A caller's client may have followed redirects itself.
                Uri answered = response.RequestMessage?.RequestUri ?? current;
                ThrowUnlessSafe(current, answered);
                if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
                    return response;

                var next = new Uri(answered, location);
                if (staysOnServer && !WeightsAddress.IsOnSameServer(answered, next))
                    return response;
                ThrowUnlessSafe(answered, next);
                current = next;
            }
            catch
            {
                response.Dispose();
                throw;
            }
            response.Dispose();
        }
        throw new FailedAttemptException($"the server sent the request on more than {MostRedirects} times", mayPass: false);
    }

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static void ThrowUnlessSafe(Uri from, Uri to)
    {
        if (!WeightsAddress.MayLeadTo(from, to))
            throw new FailedAttemptException($"the server sent the request on to '{WeightsAddress.Shown(to)}', which is not of https", mayPass: false);
    }
}
