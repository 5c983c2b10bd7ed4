using OpenQA.Selenium;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>The pages as a person meets them, in a real browser.</summary>
public sealed class PageTests(BrightSide model, Chromium browser) : IClassFixture<BrightSide>, IClassFixture<Chromium>
{
    private static readonly string _runtime = Path.Combine(AppContext.BaseDirectory, "wwwroot", "lib", "ort.wasm.bundle.min.mjs");

    [SkippableFact]
    public async Task Page_WithAPhotographDroppedOnIt_ShowsLabelsWithProbabilities()
    {
        browser.Require();
        await using WebSite site = await WebSite.StartAsync(model.Path);
        browser.Open(site.Address);

        browser.Drop(BrightSide.Jpeg("left"), "left.jpg");

        IReadOnlyList<(string Label, double Probability)> scores = browser.Scores();
        using HttpResponseMessage response = await site.ClassifyAsync(BrightSide.Jpeg("left"));
        IReadOnlyDictionary<string, double> expected = (await WebSite.ReadAsync(response)).Probabilities;
        Assert.Equal(expected.OrderByDescending(score => score.Value).Select(score => (score.Key, score.Value)), scores);
        Assert.Equal("left", browser.Require().FindElement(By.CssSelector("#result h2")).Text);
        Assert.True(browser.Evaluate("document.querySelector('#result img').naturalWidth") is 160L);
        Assert.Contains("quarters knows above, below, left", browser.Require().FindElement(By.Id("model")).Text);
    }

    [SkippableFact]
    public async Task Page_WithALabelThatIsMarkup_ShowsItsLettersAndRunsNothing()
    {
        browser.Require();
        await using WebSite site = await WebSite.StartAsync(model.Path);
        browser.Open(site.Address);
        string title = browser.Require().Title;

        browser.Drop(BrightSide.Jpeg("right"), "right.jpg");

        Assert.Equal(BrightSide.Names[3], browser.Scores()[0].Label);
        Assert.True(browser.Evaluate("document.querySelectorAll('main img').length") is 1L);
        Assert.Equal(title, browser.Require().Title);
    }

    [SkippableTheory]
    [InlineData("words.jpg", "This is no image")]
    [InlineData("cut.jpg", "The image cannot be used")]
    [InlineData("large.jpg", "The file is too large")]
    [InlineData("wide.jpg", "The image has too many pixels")]
    public async Task Page_WithAFileThatIsNoSoundImage_SaysWhatIsWrongAndGoesOn(string name, string problem)
    {
        browser.Require();
        await using WebSite site = await WebSite.StartAsync(model.Path, "--MaximumUploadBytes", "50000");
        browser.Open(site.Address);
        byte[] image = BrightSide.Jpeg("above");

        browser.Drop(name switch
        {
            "words.jpg" => "An apology for an image."u8.ToArray(),
            "cut.jpg" => image[..(image.Length * 2 / 3)],
            "large.jpg" => new byte[50_001],
            _ => BrightSide.WithSides(image, 60_000, 60_000),
        }, name);

        Chromium.Wait(() => browser.Problem() is not null, "the problem");
        Assert.StartsWith(problem, browser.Problem());
        browser.Drop(image, "sound.jpg");
        Assert.Equal("above", browser.Scores()[0].Label);
    }

    [SkippableFact]
    public async Task Page_WithoutAModel_SaysHowToMakeOne()
    {
        browser.Require();
        await using WebSite site = await WebSite.StartAsync(model: null);

        browser.Open(site.Address);

        Assert.Contains("dotnet run --project samples/AntsAndBees", browser.Require().FindElement(By.Id("setup")).Text);
        Assert.False(browser.Require().FindElement(By.Id("file")).Enabled);
    }

    [SkippableFact]
    public async Task Page_ByKeyboardAlone_ReachesTheField()
    {
        browser.Require();
        await using WebSite site = await WebSite.StartAsync(model.Path);
        browser.Open(site.Address);

        for (int press = 0; press < 3; press++) // two links come before it
            browser.Require().SwitchTo().ActiveElement().SendKeys(Keys.Tab);

        Assert.Equal("file", browser.Require().SwitchTo().ActiveElement().GetAttribute("id"));
        Assert.Equal("solid", browser.Evaluate("getComputedStyle(document.getElementById('drop')).outlineStyle"));
    }

    [SkippableTheory]
    [InlineData("above", 1)]
    [InlineData("left", 6)]
    public async Task BrowserPage_OnAPhotograph_GivesTheServersLabelAndProbabilities(string stored, int orientation)
    {
        browser.Require();
        Skip.IfNot(File.Exists(_runtime), "needs onnxruntime-web, which the build of samples/WebClassifier takes from npm");
        await using WebSite site = await WebSite.StartAsync(model.Path);
        byte[] image = BrightSide.Jpeg(stored, orientation: orientation);
        using HttpResponseMessage response = await site.ClassifyAsync(image);
        IReadOnlyDictionary<string, double> expected = (await WebSite.ReadAsync(response)).Probabilities;
        browser.Open(new Uri(site.Address, "/browser.html"));
        Assert.Null(browser.Problem());

        browser.Drop(image, "photograph.jpg");

        IReadOnlyList<(string Label, double Probability)> scores = browser.Scores();
        Assert.Equal("above", scores[0].Label);
        Assert.All(scores, score => Assert.Equal(expected[score.Label], score.Probability, 0.01));
        Assert.Equal(expected.Count, scores.Count);
    }

    [SkippableFact]
    public async Task BrowserPage_WithAFileThatIsNoImage_SaysSo()
    {
        browser.Require();
        Skip.IfNot(File.Exists(_runtime), "needs onnxruntime-web, which the build of samples/WebClassifier takes from npm");
        await using WebSite site = await WebSite.StartAsync(model.Path);
        browser.Open(new Uri(site.Address, "/browser.html"));

        browser.Drop("An apology for an image."u8.ToArray(), "words.jpg");

        Chromium.Wait(() => browser.Problem() is not null, "the problem");
        Assert.StartsWith("This is no image", browser.Problem());
    }
}
