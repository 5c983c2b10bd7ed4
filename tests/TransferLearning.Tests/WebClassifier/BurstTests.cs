using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TransferLearning.Tests.WebClassifier;

public sealed class BurstTests(BrightSide model) : IClassFixture<BrightSide>
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(2);
    private static readonly byte[] _image = BrightSide.Jpeg("left");

    [Fact]
    public async Task Classify_ManyAtOnce_AnswersAll()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Queue", "40", "--Patience", "600");
        string[] sides = [.. Enumerable.Range(0, 40).Select(index => BrightSide.Names[index % 3])];

        HttpResponseMessage[] responses = await Task.WhenAll(sides.Select(side => site.ClassifyAsync(BrightSide.Jpeg(side))));

        foreach ((string side, HttpResponseMessage response) in sides.Zip(responses))
            Assert.Equal(side, (await WebSite.ReadAsync(response)).Label);
    }

    [Fact]
    public async Task Classify_MoreThanMayWait_RefusesTheRestAndAnswersTheOthers()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Concurrency", "1", "--Queue", "1", "--Patience", "600");
        using HeldUpload first = await HeldUpload.StartAsync(site.Address, _image), second = await HeldUpload.StartAsync(site.Address, _image);

        using HttpResponseMessage refused = await UntilAsync(site, HttpStatusCode.ServiceUnavailable);

        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("The server is busy", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString());
        await first.FinishAsync();
        await second.FinishAsync();
        Assert.All(await Task.WhenAll(first.ReadAsync(), second.ReadAsync()), response => Assert.StartsWith("HTTP/1.1 200 OK", response));
    }

    [Fact]
    public async Task Classify_WhoseSenderLeaves_MakesRoomForTheNext()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Concurrency", "1", "--Queue", "0", "--Patience", "600");
        using HeldUpload held = await HeldUpload.StartAsync(site.Address, _image);
        (await UntilAsync(site, HttpStatusCode.ServiceUnavailable)).Dispose();

        held.Dispose();

        (await UntilAsync(site, HttpStatusCode.OK)).Dispose();
    }

    [Fact]
    public async Task Classify_UploadWithoutEnd_IsGivenUp()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Patience", "1");
        using HeldUpload held = await HeldUpload.StartAsync(site.Address, _image);

        string response = await held.ReadAsync();

        Assert.StartsWith("HTTP/1.1 408 ", response);
        Assert.Contains("The upload took too long", response);
    }

    // A sender that has left is noticed a little later.
    private static async Task<HttpResponseMessage> UntilAsync(WebSite site, HttpStatusCode status)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < _longest;)
        {
            HttpResponseMessage response = await site.ClassifyAsync(_image);
            if (response.StatusCode == status)
                return response;
            response.Dispose();
        }
        throw new TimeoutException($"No answer was {status}.");
    }
}
