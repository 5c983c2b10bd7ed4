using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Support.UI;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.WebClassifier;

/// <summary>A real browser without a window; tests that need it skip where Chromium and its driver are not on the path.</summary>
public sealed class Chromium : IDisposable
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private ChromeDriver? _driver;

    /// <summary>The browser, started when it is first asked for.</summary>
    public ChromeDriver Require()
    {
        string? browser = OnPath("chromium"), driver = OnPath("chromedriver");
        Skip.If(browser is null || driver is null, "needs Chromium and its driver on the path; on Debian: apt-get install chromium chromium-driver");
        return _driver ??= Start(browser!, driver!);
    }

    /// <summary>Opens a page and waits until its script is done.</summary>
    public void Open(Uri address)
    {
        Require().Navigate().GoToUrl(address);
        Wait(() => Evaluate("document.documentElement.dataset.ready !== undefined") is true, "the page to be ready");
    }

    /// <summary>Drops a file on the field, as a hand does.</summary>
    public void Drop(byte[] content, string name)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, content);
        Evaluate("delete document.getElementById('result').dataset.seen, document.querySelectorAll('.scores').forEach(scores => scores.remove())");
        var place = (IReadOnlyDictionary<string, object>)Evaluate("document.getElementById('drop').getBoundingClientRect().toJSON()")!;
        foreach (string kind in (string[])["dragEnter", "dragOver", "drop"])
        {
            Require().ExecuteCdpCommand("Input.dispatchDragEvent", new Dictionary<string, object?>
            {
                ["type"] = kind,
                ["x"] = Convert.ToDouble(place["x"]) + 20,
                ["y"] = Convert.ToDouble(place["y"]) + 20,
                ["data"] = new Dictionary<string, object> { ["items"] = Array.Empty<object>(), ["files"] = new[] { path }, ["dragOperationsMask"] = 1 },
            });
        }
    }

    /// <summary>Waits for bars, and reads them in their order.</summary>
    public IReadOnlyList<(string Label, double Probability)> Scores()
    {
        Wait(() => Evaluate("document.querySelectorAll('.scores li').length") is > 0L || Problem() is not null, "an answer");
        Assert.Null(Problem());
        return [.. Require().FindElements(By.CssSelector(".scores li")).Select(item => (
            item.FindElement(By.CssSelector(".name")).Text,
            double.Parse(item.GetAttribute("data-probability")!, System.Globalization.CultureInfo.InvariantCulture)))];
    }

    /// <summary>The words of the page's error, if it shows one.</summary>
    public string? Problem() => Evaluate("document.getElementById('problem').hidden ? null : document.getElementById('problem').innerText") as string;

    public object? Evaluate(string expression) => Require().ExecuteScript($"return {expression}");

    public static void Wait(Func<bool> condition, string what)
    {
        var wait = new DefaultWait<Func<bool>>(condition) { Timeout = _longest, PollingInterval = TimeSpan.FromMilliseconds(20) };
        wait.Message = $"waiting for {what}";
        wait.Until(met => met());
    }

    public void Dispose()
    {
        _driver?.Dispose();
        _folder.Dispose();
    }

    private static ChromeDriver Start(string browser, string driver)
    {
        var options = new ChromeOptions { BinaryLocation = browser };
        options.AddArguments(
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1200,900",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync");
        ChromeDriverService service = ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(driver), Path.GetFileName(driver));
        service.SuppressInitialDiagnosticInformation = true;
        return new ChromeDriver(service, options, _longest);
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
