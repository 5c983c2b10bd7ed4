namespace WebClassifier;

/// <summary>What browsers may do with the pages: load this site's own scripts, styles and images, and nothing else.</summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; ";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() => // not at once: an error page begins with no headers
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy + Scripts(context.Request.Path);
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.CacheControl = HttpMethods.IsPost(context.Request.Method) ? "no-store" : "no-cache";
            return Task.CompletedTask;
        });
        return next(context);
    });

    // The page that runs onnxruntime-web, and its worker, compile WebAssembly; no other page compiles anything.
    private static string Scripts(PathString path) => path.Value is "/browser.html" or "/browser.worker.js"
        ? "script-src 'self' 'wasm-unsafe-eval'"
        : "script-src 'self'";
}
