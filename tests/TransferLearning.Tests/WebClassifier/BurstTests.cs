using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TransferLearning.Tests.WebClassifier;

public sealed class BurstTests(BrightSide model) : IClassFixture<BrightSide>
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Classify_ManyAtOnce_AnswersAll()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Queue", "40");
        string[] sides = [.. Enumerable.Range(0, 40).Select(index => BrightSide.Names[index % 3])];

        HttpResponseMessage[] responses = await Task.WhenAll(sides.Select(side => site.ClassifyAsync(BrightSide.Jpeg(side))));

        foreach ((string side, HttpResponseMessage response) in sides.Zip(responses))
            Assert.Equal(side, (await WebSite.ReadAsync(response)).Label);
    }

    [Fact]
    public async Task Classify_MoreThanMayWait_RefusesTheRestAndAnswersTheOthers()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Concurrency", "1", "--Queue", "3");
        HeldContent[] held = [.. Enumerable.Range(0, 4).Select(_ => new HeldContent(BrightSide.Jpeg("left")))];
        Task<HttpResponseMessage>[] uploads = [.. held.Select(site.ClassifyAsync)];

        using HttpResponseMessage refused = await UntilAsync(site, HttpStatusCode.ServiceUnavailable);

        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("The server is busy", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString());
        Array.ForEach(held, content => content.Release());
        foreach (HttpResponseMessage response in await Task.WhenAll(uploads))
            Assert.Equal("left", (await WebSite.ReadAsync(response)).Label);
    }

    [Fact]
    public async Task Classify_WhoseSenderLeaves_MakesRoomForTheNext()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Concurrency", "1", "--Queue", "0");
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> upload = site.Client.PostAsync("/classify", new HeldContent(BrightSide.Jpeg("left")), leaving.Token);
        (await UntilAsync(site, HttpStatusCode.ServiceUnavailable)).Dispose();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        (await UntilAsync(site, HttpStatusCode.OK)).Dispose();
    }

    [Fact]
    public async Task Classify_UploadWithoutEnd_IsGivenUp()
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--Patience", "1");
        var held = new HeldContent(BrightSide.Jpeg("left"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = held };

        using HttpResponseMessage response = await site.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestTimeout, response.StatusCode);
        Assert.Equal("The upload took too long", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString());
        held.Release();
    }

    // Uploads that are under way count from when the server has seen their headers, which a client cannot know.
    private static async Task<HttpResponseMessage> UntilAsync(WebSite site, HttpStatusCode status)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < _longest;)
        {
            HttpResponseMessage response = await site.ClassifyAsync(BrightSide.Jpeg("above"));
            if (response.StatusCode == status)
                return response;
            response.Dispose();
        }
        throw new TimeoutException($"No answer was {status}.");
    }
}
