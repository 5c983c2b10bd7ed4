using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using WebClassifier;

namespace TransferLearning.Tests.WebClassifier;

public sealed class SiteTests(BrightSide model) : IClassFixture<BrightSide>
{
    [Fact]
    public async Task Site_WithoutAModel_SaysSoAndHowToMakeOne()
    {
        await using WebSite site = await WebSite.StartAsync(model: null);

        using HttpResponseMessage page = await site.Client.GetAsync("/"), health = await site.Client.GetAsync("/health");
        using HttpResponseMessage classified = await site.ClassifyAsync(BrightSide.Jpeg("above")), file = await site.Client.GetAsync("/model.onnx");

        Assert.Contains("--onnx model.onnx", await page.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (health.StatusCode, classified.StatusCode));
        Assert.Contains("There is no file no-such-model.onnx", await health.Content.ReadAsStringAsync());
        Assert.Equal("There is no model yet", (await classified.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString());
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (file.StatusCode, file.Content.Headers.ContentType?.MediaType));
        Assert.False((await site.Client.GetFromJsonAsync<JsonElement>("/model")).GetProperty("isReady").GetBoolean());
    }

    [Fact]
    public async Task Site_WithAModel_IsHealthyAndTellsWhatTheFileSays()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--MaximumPixels", "123456");

        using HttpResponseMessage health = await site.Client.GetAsync("/health");
        JsonElement summary = await site.Client.GetFromJsonAsync<JsonElement>("/model");

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(("quarters", "sides.onnx", 0.875, 123456), (
            summary.GetProperty("network").GetString(), summary.GetProperty("file").GetString(),
            summary.GetProperty("accuracy").GetDouble(), summary.GetProperty("maximumPixels").GetInt64()));
        Assert.Equal(BrightSide.Names, summary.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task Model_ThatIsShared_IsTheFileAndNotModifiedTheSecondTime()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path);
        using HttpResponseMessage first = await site.Client.GetAsync("/model.onnx");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/model.onnx") { Headers = { IfModifiedSince = first.Content.Headers.LastModified } };

        using HttpResponseMessage second = await site.Client.SendAsync(again);

        Assert.Equal(File.ReadAllBytes(model.Path), await first.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Model_ThatIsNotShared_IsNotServed()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--ShareModel", "false");

        using HttpResponseMessage response = await site.Client.GetAsync("/model.onnx");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK, "script-src 'self'")]
    [InlineData("/browser.html", HttpStatusCode.OK, "script-src 'self' 'wasm-unsafe-eval'")]
    [InlineData("/browser.worker.js", HttpStatusCode.OK, "script-src 'self' 'wasm-unsafe-eval'")]
    [InlineData("/nothing", HttpStatusCode.NotFound, "script-src 'self'")]
    public async Task Response_OfAnyPath_LetsBrowsersDoWhatItNeedsAlone(string path, HttpStatusCode status, string scripts)
    {
        await using WebSite site = await WebSite.StartAsync(model.Path);

        using HttpResponseMessage response = await site.Client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none';", policy);
        Assert.EndsWith(scripts, policy);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Empty(response.Headers.Server);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/appsettings.json")]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/lib/..%2f..%2fappsettings.json")]
    [InlineData("//etc/passwd")]
    public async Task Path_ThatLeadsOutOfThePages_FindsNothing(string path)
    {
        await using WebSite site = await WebSite.StartAsync(model.Path);
        using var client = new TcpClient();
        await client.ConnectAsync(site.Address.Host, site.Address.Port);
        NetworkStream stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));

        string answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.Matches("^HTTP/1.1 40[04] ", answer);
    }

    [Theory]
    [InlineData("Concurrency", "0", "from 1 to 1024")]
    [InlineData("MaximumPixels", "999999999", "from 1 to 178956970")]
    public void Settings_OutOfRange_AreRefusedByName(string name, string value, string range)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ClassifierApplication.Create($"--{name}", value));

        Assert.Contains($"The setting {name} is {value}; it must be {range}.", error.Message);
    }
}
