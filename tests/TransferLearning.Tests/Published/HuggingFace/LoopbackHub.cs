using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using TransferLearning.Published;
using TransferLearning.Published.HuggingFace;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published.HuggingFace;

/// <summary>Hugging Face's hub on this machine, with one repository: small files come from itself after a redirect, large ones from another server, as the real one's do.</summary>
internal sealed class LoopbackHub : IDisposable
{
    public const string Repository = "timm/resnet18.test";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TemporaryFolder _cache = new();

    public LoopbackHub()
    {
        Hub.Answer = AnswerAsHub;
        Storage.Answer = context => new ServedFile(Stored(context)).Send(context);
        Options = new WeightsStoreOptions
        {
            Folder = _cache.File("weights"),
            HubFolder = null,
            Offline = false,
            Mirror = null,
            TrustMirror = false,
            InactivityTimeout = SkippingClock.Patience,
            TimeProvider = new SkippingClock(),
            HuggingFace = new HuggingFaceOptions { Endpoint = new Uri(Hub.Address, "/"), CacheFolder = _cache.File("hub"), Token = null, Offline = false },
        };
    }

    public LoopbackServer Hub { get; } = new();

    public LoopbackServer Storage { get; } = new();

    /// <summary>What the repository holds.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    public WeightsStoreOptions Options { get; }

    public string Folder => Path.Combine(Options.HuggingFace.CacheFolder, "models--timm--resnet18.test");

    /// <summary>Everything that is in the repository's cache folder.</summary>
    public string[] Cached => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    public static string Sha256Of(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>What git calls a file's content.</summary>
    public static string GitHashOf(byte[] content)
    {
#pragma warning disable CA5350 // It is git's choice.
        return Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content]));
#pragma warning restore CA5350
    }

    public HubStore Store(Func<WeightsStoreOptions, WeightsStoreOptions>? adapt = null, string repository = Repository, string revision = "main") =>
        new(new WeightsSource.HuggingFace(repository) { Revision = revision }, adapt?.Invoke(Options) ?? Options);

    public HubStore StoreWith(Func<HuggingFaceOptions, HuggingFaceOptions> adapt) => Store(options => options with { HuggingFace = adapt(options.HuggingFace) });

    public string? Fetch(string file) => Store().FetchAsync(file, progress: null, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Answers as the hub does with an error of its own.</summary>
    public static Task Refuse(HttpContext context, int status, string? code)
    {
        if (code is not null)
            context.Response.Headers["X-Error-Code"] = code;
        return LoopbackServer.Refuse(context, status);
    }

    public Task AnswerAsHub(HttpContext context)
    {
        const string resolved = "/api/resolve-cache/";
        string path = context.Request.Path;
        if (path.StartsWith(resolved, StringComparison.Ordinal))
            return SendSmall(context, Files[path[resolved.Length..]]);
        if (path.Split('/', 6) is not ["", var owner, var name, "resolve", var revision, var file] || $"{owner}/{name}" != Repository)
            return Refuse(context, 401, "RepoNotFound");
        if (revision is not ("main" or Commit))
            return Refuse(context, 404, "RevisionNotFound");

        context.Response.Headers["X-Repo-Commit"] = Commit;
        if (!Files.TryGetValue(file, out byte[]? content))
            return Refuse(context, 404, "EntryNotFound");
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            context.Response.Headers.Location = resolved + file;
            return LoopbackServer.Refuse(context, 307);
        }

        context.Response.Headers["X-Linked-Etag"] = $"\"{Sha256Of(content)}\"";
        context.Response.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
        return LoopbackServer.Redirect(context, new Uri(Storage.Address, $"/{file}?signature=1"));
    }

    public void Dispose()
    {
        Hub.Dispose();
        Storage.Dispose();
        _cache.Dispose();
    }

    private static Task SendSmall(HttpContext context, byte[] content)
    {
        context.Response.Headers["X-Repo-Commit"] = Commit;
        context.Response.Headers.ETag = $"W/\"{GitHashOf(content)}\"";
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content).AsTask();
    }

    private byte[] Stored(HttpContext context) => Files[context.Request.Path.Value![1..]];
}
