namespace WebClassifier;

/// <summary>What appsettings.json, the environment or the command line say: the model, and how much of the machine strangers may use.</summary>
public sealed record ClassifierOptions
{
    /// <summary>The ONNX file; a relative path starts at the working directory.</summary>
    public string Model { get; init; } = "model.onnx";

    /// <summary>Where the file is.</summary>
    internal string ModelPath => Path.GetFullPath(Model);

    /// <summary>The bytes that an image may have.</summary>
    public int MaximumUploadBytes { get; init; } = 10 << 20;

    /// <summary>The pixels that an image may have; checked in its header, before memory is taken for them.</summary>
    public long MaximumPixels { get; init; } = 25_000_000;

    /// <summary>How many images are decoded and classified at once; each takes memory for its pixels.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>How many uploads may wait or be under way besides; whoever comes then is told to come back.</summary>
    public int Queue { get; init; } = 14;

    /// <summary>The seconds that an upload and its answer may take.</summary>
    public int Patience { get; init; } = 30;

    /// <summary>Whether browsers may download the model, which browser.html runs by itself.</summary>
    public bool ShareModel { get; init; } = true;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A number is out of its range.</exception>
    public static ClassifierOptions From(IConfiguration configuration)
    {
        ClassifierOptions options = configuration.Get<ClassifierOptions>() ?? new();
        Check(nameof(MaximumUploadBytes), options.MaximumUploadBytes, 1, 1 << 30);
        Check(nameof(MaximumPixels), options.MaximumPixels, 1, 178_956_970);
        Check(nameof(Concurrency), options.Concurrency, 1, 1024);
        Check(nameof(Queue), options.Queue, 0, 4096);
        Check(nameof(Patience), options.Patience, 1, 3600);
        return options;
    }

    private static void Check(string name, long value, long least, long most)
    {
        if (value < least || value > most)
            throw new InvalidOperationException($"The setting {name} is {value}; it must be from {least} to {most}.");
    }
}
