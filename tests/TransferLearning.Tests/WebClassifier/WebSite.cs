using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using WebClassifier;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>The sample on a port of this machine.</summary>
internal sealed class WebSite : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebSite(WebApplication application)
    {
        _application = application;
        Client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>Starts it with a model, or without one, and with other settings than usual.</summary>
    public static async Task<WebSite> StartAsync(string? model, params string[] settings)
    {
        WebApplication application = ClassifierApplication.Create(
        [
            "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None", "--Logging:LogLevel:Microsoft.AspNetCore", "None",
            "--Model", model ?? "no-such-model.onnx", .. settings,
        ]);
        await application.StartAsync();
        return new WebSite(application);
    }

    /// <summary>Uploads an image as a body.</summary>
    public Task<HttpResponseMessage> ClassifyAsync(byte[] image, string type = "image/jpeg") => ClassifyAsync(Body(image, type));

    public Task<HttpResponseMessage> ClassifyAsync(HttpContent content) => Client.PostAsync("/classify", content);

    public static ByteArrayContent Body(byte[] image, string? type = "image/jpeg")
    {
        var content = new ByteArrayContent(image);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    /// <summary>The answer's most probable label, and all probabilities.</summary>
    public static async Task<(string Label, IReadOnlyDictionary<string, double> Probabilities)> ReadAsync(HttpResponseMessage response)
    {
        response.EnsureSuccessStatusCode();
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (
            answer.GetProperty("labels")[0].GetString()!,
            answer.GetProperty("scores").EnumerateArray().ToDictionary(
                score => score.GetProperty("label").GetString()!, score => score.GetProperty("probability").GetDouble()));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }
}
