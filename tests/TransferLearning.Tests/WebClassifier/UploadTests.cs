using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace TransferLearning.Tests.WebClassifier;

public sealed class UploadTests(BrightSide model) : IClassFixture<BrightSide>
{
    [Theory]
    [InlineData("above")]
    [InlineData("left")]
    public async Task Classify_Image_GivesItsLabelAndProbabilitiesAsFormAndAsBody(string side)
    {
        await using WebSite site = await WebSite.StartAsync(model.Path);
        byte[] image = BrightSide.Jpeg(side);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("ignored"), "note" },
            { WebSite.Body(image), "image", "../../<b>odd</b>.jpg" },
        };

        using HttpResponseMessage asBody = await site.ClassifyAsync(image), asForm = await site.ClassifyAsync(form);
        using HttpResponseMessage untyped = await site.ClassifyAsync(WebSite.Body(image, type: null));

        (string label, IReadOnlyDictionary<string, double> probabilities) = await WebSite.ReadAsync(asBody);
        Assert.Equal(side, label);
        Assert.Equal(1, probabilities.Values.Sum(), 5);
        Assert.Equal(BrightSide.Names.Order(), probabilities.Keys.Order());
        Assert.InRange(probabilities[side], 0.5, 1);
        Assert.Equal(probabilities, (await WebSite.ReadAsync(asForm)).Probabilities);
        Assert.Equal(probabilities, (await WebSite.ReadAsync(untyped)).Probabilities);
        Assert.True(asForm.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(3, "below", "above")]
    [InlineData(6, "left", "above")]
    [InlineData(8, "above", "left")]
    public async Task Classify_ImageStoredTurned_SeesItUpright(int orientation, string stored, string upright)
    {
        await using WebSite site = await WebSite.StartAsync(model.Path);

        using HttpResponseMessage response = await site.ClassifyAsync(BrightSide.Jpeg(stored, orientation: orientation));

        Assert.Equal(upright, (await WebSite.ReadAsync(response)).Label);
    }

    [Fact]
    public async Task Classify_ByAModelOfNumbers_GivesItsValues()
    {
        await using WebSite site = await WebSite.StartAsync(model.ValuesPath);

        using HttpResponseMessage response = await site.ClassifyAsync(BrightSide.Jpeg("above"));

        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(BrightSide.Names, answer.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("name").GetString()));
        Assert.True(answer.GetProperty("values")[0].GetProperty("value").GetDouble() > 0);
        Assert.Equal(0, answer.GetProperty("scores").GetArrayLength());
    }

    public static TheoryData<string, HttpStatusCode, string> Refusals => new()
    {
        { "text", HttpStatusCode.UnsupportedMediaType, "This is no image" },
        { "markup", HttpStatusCode.UnsupportedMediaType, "This is no image" },
        { "json", HttpStatusCode.UnsupportedMediaType, "This kind of content is not taken" },
        { "no media type", HttpStatusCode.UnsupportedMediaType, "This kind of content is not taken" },
        { "truncated", HttpStatusCode.UnprocessableEntity, "The image cannot be used" },
        { "bomb", HttpStatusCode.RequestEntityTooLarge, "The image has too many pixels" },
        { "strip", HttpStatusCode.UnprocessableEntity, "The image cannot be used" },
        { "empty", HttpStatusCode.BadRequest, "The upload is empty" },
        { "empty file", HttpStatusCode.BadRequest, "The upload is empty" },
        { "form without a file", HttpStatusCode.BadRequest, "There is no image in the form" },
        { "several files", HttpStatusCode.BadRequest, "There are several files in the form" },
        { "form that ends early", HttpStatusCode.BadRequest, "The form cannot be read" },
        { "form without a boundary", HttpStatusCode.BadRequest, "The form cannot be read" },
        { "long boundary", HttpStatusCode.BadRequest, "The form cannot be read" },
        { "too many bytes", HttpStatusCode.RequestEntityTooLarge, "The file is too large" },
        { "too many bytes in a form", HttpStatusCode.RequestEntityTooLarge, "The file is too large" },
        { "too many bytes of unknown length", HttpStatusCode.RequestEntityTooLarge, "The file is too large" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Classify_WhatIsNoSoundImage_SaysSoInProblemDetails(string upload, HttpStatusCode status, string title)
    {
        await using WebSite site = await WebSite.StartAsync(model.Path, "--MaximumUploadBytes", "100000", "--MaximumPixels", "60000");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = Content(upload) };
        request.Headers.TransferEncodingChunked = upload.EndsWith("unknown length");

        using HttpResponseMessage response = await site.Client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        string text = await response.Content.ReadAsStringAsync();
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((title, (int)status), (problem.GetProperty("title").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.DoesNotContain("   at ", text);
        using HttpResponseMessage next = await site.ClassifyAsync(BrightSide.Jpeg("above"));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private static HttpContent Content(string upload)
    {
        byte[] image = BrightSide.Jpeg("above");
        return upload switch
        {
            "text" => WebSite.Body("An apology for an image."u8.ToArray()),
            "markup" => WebSite.Body("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(), "image/svg+xml"),
            "json" => new StringContent("{}", Encoding.UTF8, "application/json"),
            "no media type" => Unchecked(image, "nonsense"),
            "truncated" => WebSite.Body(image[..(image.Length * 2 / 3)]),
            "bomb" => WebSite.Body(BrightSide.WithSides(image, 10_000, 10_000)),
            "strip" => WebSite.Body(BrightSide.Jpeg("left", width: 60_000, height: 1)),
            "empty" => WebSite.Body([]),
            "empty file" => new MultipartFormDataContent { { WebSite.Body([]), "image", "image.jpg" } },
            "form without a file" => new MultipartFormDataContent { { new StringContent("words"), "image" } },
            "several files" => new MultipartFormDataContent { { WebSite.Body(image), "image", "1.jpg" }, { WebSite.Body(image), "image", "2.jpg" } },
            "form that ends early" => WebSite.Body(
                "--edge\r\nContent-Disposition: form-data; name=image; filename=i.jpg\r\n\r\n"u8.ToArray(), "multipart/form-data; boundary=edge"),
            "form without a boundary" => WebSite.Body(image, "multipart/form-data"),
            "long boundary" => WebSite.Body(image, $"multipart/form-data; boundary={new string('x', 71)}"),
            "too many bytes in a form" => new MultipartFormDataContent { { WebSite.Body(new byte[100_001]), "image", "image.jpg" } },
            _ => WebSite.Body(new byte[200_000]),
        };
    }

    private static ByteArrayContent Unchecked(byte[] image, string type)
    {
        ByteArrayContent content = WebSite.Body(image, type: null);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
